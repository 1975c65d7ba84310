import ArgumentParser
import Core
import Engines
import Foundation
import Synchronization

/// `reversal sample`: a filter that lets a model answer prompts.
struct SampleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draw completions of prompts from a model.",
    discussion: """
      Reads JSON Lines {"id","prompt"} and writes {"id","sample_index","completion","finish_reason","token_count",
      "log_probability"}, samples by prompt and index. The same seed gives the same samples, whatever the number of \
      threads, the batch size or the other prompts.

      With --endpoint a server with OpenAI's interface answers, and --model is the name it has for the model; a sample is \
      then what the server makes of its seed (docs/endpoints.md).
      """)

  @Option(help: "Model folder in the Hugging Face layout, or with --endpoint a model's name.", completion: .directory)
  var model: String
  @Option(help: "PEFT folder of an adapter, which is merged into the model.", completion: .directory)
  var adapter: String?
  @Option(help: "Samples a prompt.") var n = 1
  @Option(help: "Sampling temperature.") var temperature = 0.75
  @Option(help: "Keep the most likely tokens up to this mass.") var topP = 0.95
  @Option(help: "Tokens a completion at most.") var maxTokens = 512
  @Option(help: "Seed of the samples.") var seed: UInt64 = 0
  @Flag(help: "Take the most likely token each time; one completion a prompt.") var greedy = false
  @Option(help: "Text that ends a completion, left out of it; may be given several times.") var stop: [String] = []
  @Option(help: "Sequences decoded together; does not change a result.") var batchSize = 64
  @Option(help: "Processor cores; does not change a result.") var threads = ProcessInfo.processInfo.activeProcessorCount
  @OptionGroup var memory: MemoryOptions
  @OptionGroup(title: "Options for a server") var endpoint: EndpointOptions
  @Argument(help: "JSON Lines file, or - for standard input.", completion: .file()) var input = "-"

  private static let promptsAtATime = 512

  private struct PromptRow: Decodable {
    let id: ProblemID
    let prompt: String
  }

  private struct SampleRow: Encodable {
    let id: ProblemID
    let completion: Completion

    enum CodingKeys: String, CodingKey {
      case id, completion
      case sampleIndex = "sample_index"
      case finishReason = "finish_reason"
      case tokenCount = "token_count"
      case logProbability = "log_probability"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(completion.sampleIndex, forKey: .sampleIndex)
      try container.encode(completion.text, forKey: .completion)
      try container.encode(completion.finishReason, forKey: .finishReason)
      try container.encode(completion.tokenCount, forKey: .tokenCount)
      try container.encode(completion.logProbability, forKey: .logProbability)
    }
  }

  func validate() throws {
    func require(_ holds: Bool, _ message: String) throws { if !holds { throw ValidationError(message) } }
    try require(n >= 1, "--n is \(n); give 1 or more")
    try require(temperature > 0, "--temperature is \(temperature); give more than 0, or --greedy")
    try require(topP > 0 && topP <= 1, "--top-p is \(topP); give more than 0 and at most 1")
    try require(maxTokens >= 1, "--max-tokens is \(maxTokens); give 1 or more")
    try require(batchSize >= 1, "--batch-size is \(batchSize); give 1 or more")
    try require(threads >= 1, "--threads is \(threads); give 1 or more")
    try require(!greedy || n == 1, "--greedy gives one completion a prompt; leave out --n \(n)")
    try require(!stop.contains(""), "--stop is empty; give a text")
    try require(adapter == nil || endpoint.endpoint == nil, "--adapter is for a model folder; let the server load it")
  }

  func run() async throws {
    let parameters = SamplingParameters(
      sampleCount: n, decoding: greedy ? .greedy : .sampled, temperature: temperature, topP: topP,
      maxTokens: maxTokens, stop: stop, seed: seed)
    let sampler: any Sampler =
      if let settings = try endpoint.settings(model: model) {
        try Wiring.endpoint(settings) { ProgressDisplay().say("reversal: \($0)") }
      } else {
        NativeSampler(
          threads: threads, batchSize: batchSize, adapter: adapter.map { URL(filePath: $0) },
          checksMemory: memory.memoryCheck)
      }
    let checkpoint = Checkpoint(iteration: 0, folder: URL(filePath: model))
    let indices = Array(0..<n)
    var lines = try InputLines(path: input)
    var prompts: [Prompt] = []
    var seen: Set<ProblemID> = []
    // In parts, so that memory does not grow with the input and the first answers come while the rest is being drawn;
    // samples do not depend on the parts.
    func answer() async throws {
      let part = prompts
      prompts = []
      let finished = Mutex<[Completion]>([])
      do {
        let completions = try await sampler.sample(
          from: checkpoint, requests: part.map { SampleRequest(prompt: $0, sampleIndices: indices) },
          parameters: parameters, progress: { _ in },
          finished: { answers in finished.withLock { $0 += answers.completions } })
        try Self.write(completions)
      } catch {
        // What a server was paid for is not thrown away with what it refused.
        let order = Dictionary(uniqueKeysWithValues: part.enumerated().map { ($1.problemID, $0) })
        try Self.write(
          finished.withLock { $0 }.sorted {
            (order[$0.problemID] ?? 0, $0.sampleIndex) < (order[$1.problemID] ?? 0, $1.sampleIndex)
          })
        throw error
      }
    }
    do {
      while let row = try lines.nextRow(PromptRow.self) {
        guard seen.insert(row.id).inserted else {
          throw lines.error("the id '\(row.id)' occurs twice; ids name the random streams and must be unique")
        }
        prompts.append(Prompt(problemID: row.id, text: row.prompt))
        if prompts.count == Self.promptsAtATime { try await answer() }
      }
    } catch let error as InputError {
      // The lines before a bad one are answered.
      if !prompts.isEmpty { try await answer() }
      throw error
    }
    if !prompts.isEmpty { try await answer() }
  }

  private static func write(_ completions: [Completion]) throws {
    var output = OutputLines()
    for completion in completions {
      try output.write(SampleRow(id: completion.problemID, completion: completion))
    }
    try output.flush()
  }
}
