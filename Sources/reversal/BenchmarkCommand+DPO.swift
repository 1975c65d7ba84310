import ArgumentParser
import Foundation
import LanguageModel
import Randomness

extension BenchmarkCommand {
  /// A step of preference optimisation, to be set beside `Train` with the same sequences, length and prompt length.
  struct DPO: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "dpo", abstract: "Tokens a second of a full preference step, the reference computed before.",
      discussion:
        "Counted are the tokens of both completions, each with its prompt, whether or not the prompt is shared.")

    @Option(help: "Folder of the model.") var model: String
    @Option(help: "Pairs a step.") var pairs = 16
    @Option(help: "Tokens of each of the two sequences of a pair.") var length = 128
    @Option(help: "Tokens of each sequence that belong to the prompt.") var promptLength = 64
    @Flag(help: "Chosen and rejected answer one prompt, as they do in practice.") var sharedPrompt = false
    @Option(help: "Steps; the median step counts.") var steps = 8
    @Option(help: "Processor cores that work.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "One JSON object instead of a sentence.") var json = false

    func validate() throws {
      try BenchmarkCommand.require(steps >= 1, "--steps is \(steps); give 1 or more")
      try BenchmarkCommand.require(pairs >= 1, "--pairs is \(pairs); give 1 or more")
      try BenchmarkCommand.require(
        1..<max(length, 2) ~= promptLength, "--prompt-length is \(promptLength); give 1 or more, less than --length")
    }

    func run() throws {
      let model = try Model(contentsOf: URL(filePath: model))
      var stream = RandomStream(seed: 1, "benchmark")
      func random(_ count: Int) -> [Int32] {
        (0..<count).map { _ in Int32(stream.index(below: model.configuration.vocabularySize)) }
      }
      let examples = (0..<pairs).map { _ in
        let prompts = [random(promptLength), random(promptLength)]
        let rows = [prompts[0], prompts[sharedPrompt ? 0 : 1]].map {
          TokenRow(tokens: $0 + random(length - promptLength), promptCount: promptLength)
        }
        return TokenPair(chosen: rows[0], rejected: rows[1])
      }
      let settings = FineTuningSettings(
        epochs: steps + 1, optimizer: OptimizerSettings(learningRate: 1e-4), batchPairs: pairs, threads: threads)
      let times = try StepTimes(FineTuning(model, on: .preference(examples), settings), steps: steps)
      try BenchmarkCommand.report(tokens: 2 * pairs * length, seconds: times.median, json: json)
    }
  }
}
