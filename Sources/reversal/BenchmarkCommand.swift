import ArgumentParser
import Core
import Foundation
import LanguageModel
import Randomness

/// Measures the engine on random tokens; `Benchmarks/` sets the numbers beside other engines'.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Measure training, sampling or tokenizing speed of a model on this machine.",
    subcommands: [Train.self, Sample.self, Tokenize.self])

  struct Figure: Encodable {
    let tokensPerSecond: Double
    let tokens: Int
    let seconds: Double

    enum CodingKeys: String, CodingKey {
      case tokensPerSecond = "tokens_per_second"
      case tokens, seconds
    }
  }

  struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tokens a second of a full training step.")

    @Option(help: "Folder of the model.") var model: String
    @Option(help: "Sequences a step.") var sequences = 32
    @Option(help: "Tokens a sequence.") var length = 128
    @Option(help: "Steps; the median step counts.") var steps = 8
    @Option(help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "One JSON object instead of a sentence.") var json = false

    func run() throws {
      let model = try Model(contentsOf: URL(filePath: model))
      var stream = RandomStream(seed: 1, "benchmark")
      let rows = (0..<sequences).map { _ in
        TokenRow(
          tokens: (0..<length).map { _ in Int32(stream.index(below: model.configuration.vocabularySize)) },
          promptCount: 1)
      }
      var durations: [Double] = []
      var start = ContinuousClock.now
      let settings = FineTuningSettings(
        epochs: steps + 1, optimizer: OptimizerSettings(learningRate: 1e-4), batchTokens: sequences * length,
        threads: threads)
      try model.fineTune(on: rows, settings) { _ in
        durations.append((ContinuousClock.now - start) / .seconds(1))
        start = ContinuousClock.now
      }
      // The first step also takes the memory.
      let median = durations.dropFirst().sorted()[steps / 2]
      try BenchmarkCommand.report(tokens: sequences * length, seconds: median, json: json)
    }
  }

  struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Generated tokens a second, prefill included.")

    @Option(help: "Folder of the model.") var model: String
    @Option(help: "Distinct prompts.") var prompts = 64
    @Option(help: "Samples a prompt.") var samples = 1
    @Option(help: "Tokens a prompt.") var promptLength = 64
    @Option(help: "Tokens generated a sample.") var newTokens = 128
    @Option(help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "Sequences decoded together.") var batchSize = 64
    @Flag(help: "One JSON object instead of a sentence.") var json = false

    func run() throws {
      let model = try Model(storedIn: URL(filePath: model))
      var stream = RandomStream(seed: 1, "benchmark")
      let requests = (0..<prompts).map { index in
        GenerationRequest(
          id: String(index),
          promptTokens: (0..<promptLength).map { _ in
            Int32(stream.index(below: model.configuration.vocabularySize))
          }, sampleIndices: 0..<samples)
      }
      let settings = GenerationSettings(
        maxTokens: newTokens, batchSize: batchSize, threads: threads, ignoresEndOfSequence: true)
      let generator = Generator(model, tokenBytes: { _ in [] })
      let start = ContinuousClock.now
      _ = try generator.generate(requests, settings, onFinish: { _, _ in })
      try BenchmarkCommand.report(
        tokens: prompts * samples * newTokens, seconds: (ContinuousClock.now - start) / .seconds(1), json: json)
    }
  }

  private static func report(tokens: Int, seconds: Double, json: Bool) throws {
    let figure = Figure(tokensPerSecond: Double(tokens) / seconds, tokens: tokens, seconds: seconds)
    print(
      json
        ? try JSONLines.line(figure)
        : String(format: "%.0f tokens a second (%d tokens in %.2f s)", figure.tokensPerSecond, tokens, seconds))
  }
}
