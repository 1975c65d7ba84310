import ArgumentParser
import Core
import Foundation
import LanguageModel
import Randomness

/// Measures the engine on random tokens; `Benchmarks/` sets the numbers beside other engines'.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Measure training, sampling, embedding, tokenizing, judging or asking speed on this machine.",
    subcommands: [Train.self, DPO.self, Sample.self, Embed.self, Tokenize.self, Verify.self, Endpoint.self])

  struct Figure: Encodable {
    let tokensPerSecond: Double
    let tokens: Int
    let seconds: Double
    /// Until the model could be run; nil where it is trained.
    let openSeconds: Double?

    enum CodingKeys: String, CodingKey {
      case tokensPerSecond = "tokens_per_second"
      case tokens, seconds
      case openSeconds = "open_seconds"
    }
  }

  struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tokens a second of a full training step.")

    @Option(help: "Folder of the model.") var model: String
    @Option(help: "Sequences a step.") var sequences = 32
    @Option(help: "Tokens a sequence.") var length = 128
    @Option(help: "Tokens of each sequence that the loss leaves out.") var promptLength = 1
    @Option(
      help: """
        Rows {"prompt","completion"} in place of random tokens, in their order; all steps count, not the median.
        """, completion: .file())
    var data: String?
    @Option(help: "Steps; the median step counts.") var steps = 8
    @Option(help: "Processor cores that work.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "One JSON object instead of a sentence.") var json = false

    func validate() throws {
      try BenchmarkCommand.require(steps >= 1, "--steps is \(steps); give 1 or more")
      try BenchmarkCommand.require(sequences >= 1, "--sequences is \(sequences); give 1 or more")
      try BenchmarkCommand.require(
        1..<max(length, 2) ~= promptLength, "--prompt-length is \(promptLength); give 1 or more, less than --length")
    }

    func run() throws {
      let folder = URL(filePath: model)
      let model = try Model(contentsOf: folder)
      let rows = try data.map { try Self.rows(in: $0, model, folder) } ?? randomRows(model)
      let settings = FineTuningSettings(
        epochs: (steps + 1) * sequences / rows.count + 1, optimizer: OptimizerSettings(learningRate: 1e-4),
        batchRows: sequences, shuffles: data == nil, threads: threads)
      let times = try StepTimes(FineTuning(model, on: .supervised(rows), settings), steps: steps)
      let (tokens, seconds) = data == nil ? (sequences * length, times.median) : (times.tokens, times.total)
      try BenchmarkCommand.report(tokens: tokens, seconds: seconds, json: json)
    }

    private func randomRows(_ model: Model) -> [TokenRow] {
      var stream = RandomStream(seed: 1, "benchmark")
      return (0..<sequences).map { _ in
        TokenRow(
          tokens: (0..<length).map { _ in Int32(stream.index(below: model.configuration.vocabularySize)) },
          promptCount: promptLength)
      }
    }

    /// The rows as `reversal train sft` makes them: closed by the end-of-sequence token where the model has one.
    private static func rows(in path: String, _ model: Model, _ folder: URL) throws -> [TokenRow] {
      struct Row: Decodable {
        let prompt, completion: String
      }
      let tokenizer = try Tokenizer(contentsOf: folder)
      var lines = try InputLines(path: path)
      var rows: [TokenRow] = []
      while let row = try lines.nextRow(Row.self) {
        let (tokens, promptCount) = tokenizer.tokens(prompt: row.prompt, completion: row.completion)
        let closed = tokens + model.configuration.eosTokenIDs.prefix(1).map(Int32.init)
        guard promptCount >= 1, closed.count <= model.configuration.maxPositionCount else {
          throw lines.error(
            "has \(promptCount) prompt tokens of \(closed.count); the model takes 1 to "
              + "\(model.configuration.maxPositionCount)")
        }
        rows.append(TokenRow(tokens: closed, promptCount: promptCount))
      }
      guard !rows.isEmpty else { throw InputError(file: path, "holds no row; give at least one") }
      return rows
    }
  }

  struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Generated tokens a second, prefill included.")

    @Option(help: "Folder of the model.") var model: String
    @Option(help: "Distinct prompts.") var prompts = 64
    @Option(help: "Samples a prompt.") var samples = 1
    @Option(help: "Tokens a prompt.") var promptLength = 64
    @Option(help: "Tokens generated a sample.") var newTokens = 128
    @Option(help: "Processor cores that work.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "Sequences decoded together.") var batchSize = 64
    @Option(help: "Tokens generated a sample of the first batch before the time is taken.") var warmUpTokens = 8
    @Flag(help: "One JSON object instead of a sentence.") var json = false

    func validate() throws {
      try BenchmarkCommand.require(prompts >= 1, "--prompts is \(prompts); give 1 or more")
      try BenchmarkCommand.require(samples >= 1, "--samples is \(samples); give 1 or more")
      try BenchmarkCommand.require(promptLength >= 1, "--prompt-length is \(promptLength); give 1 or more")
      try BenchmarkCommand.require(newTokens >= 1, "--new-tokens is \(newTokens); give 1 or more")
      try BenchmarkCommand.require(batchSize >= 1, "--batch-size is \(batchSize); give 1 or more")
      try BenchmarkCommand.require(warmUpTokens >= 0, "--warm-up-tokens is \(warmUpTokens); give 0 or more")
    }

    func run() throws {
      var start = ContinuousClock.now
      func elapsed() -> Double { (ContinuousClock.now - start) / .seconds(1) }
      let model = try Model(storedIn: URL(filePath: model))
      let generator = Generator(model, tokenBytes: { _ in [] })
      let openSeconds = elapsed()
      var stream = RandomStream(seed: 1, "benchmark")
      let requests = (0..<prompts).map { index in
        GenerationRequest(
          id: String(index),
          promptTokens: (0..<promptLength).map { _ in
            Int32(stream.index(below: model.configuration.vocabularySize))
          }, sampleIndices: 0..<samples)
      }
      var settings = GenerationSettings(
        maxTokens: warmUpTokens, batchSize: batchSize, threads: threads, ignoresEndOfSequence: true)
      if warmUpTokens > 0 {
        // The first pass also takes the memory and maps the weights.
        let first = requests.prefix((batchSize + samples - 1) / samples)
        _ = try generator.generate(Array(first), settings, onFinish: { _, _ in })
      }
      settings.maxTokens = newTokens
      start = .now
      _ = try generator.generate(requests, settings, onFinish: { _, _ in })
      try BenchmarkCommand.report(
        tokens: prompts * samples * newTokens, seconds: elapsed(), openSeconds: openSeconds, json: json)
    }
  }

  /// Durations of training steps.
  struct StepTimes {
    private(set) var seconds: [Double] = []
    /// Tokens that the model computed in them.
    private(set) var tokens = 0

    /// Makes `steps` steps after one that also takes the memory and does not count.
    init(_ training: FineTuning, steps: Int) throws {
      for number in 0...steps {
        let start = ContinuousClock.now
        guard let step = training.step() else { throw InputError("the training has fewer than \(steps + 1) steps") }
        guard number > 0 else { continue }
        seconds.append((ContinuousClock.now - start) / .seconds(1))
        tokens += step.tokenCount
      }
    }

    var median: Double { seconds.sorted()[seconds.count / 2] }
    var total: Double { seconds.reduce(0, +) }
  }

  static func require(_ holds: Bool, _ message: String) throws { if !holds { throw ValidationError(message) } }

  static func report(tokens: Int, seconds: Double, openSeconds: Double? = nil, json: Bool) throws {
    let figure = Figure(
      tokensPerSecond: Double(tokens) / seconds, tokens: tokens, seconds: seconds, openSeconds: openSeconds)
    print(
      json
        ? try JSONLines.line(figure)
        : String(format: "%.0f tokens a second (%d tokens in %.2f s)", figure.tokensPerSecond, tokens, seconds))
  }
}
