import Foundation
import LanguageModel
import Testing

/// Twenty steps against TRL's losses (`Tests/Parity/training.py` makes them and compares live).
@Suite struct TRLParityTests {
  private struct Expected: Decodable {
    let learningRate: Double
    let rowsAStep: Int
    let losses: [Double]
  }

  private struct Row: Decodable {
    let prompt: String
    let completion, chosen, rejected: String?
  }

  private let folder: URL
  private let tokenizer: Tokenizer

  init() throws {
    folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures/trl")
    tokenizer = try Tokenizer(contentsOf: folder)
  }

  private func examples(_ name: String) throws -> TrainingExamples {
    let rows = try Data(contentsOf: folder.appending(path: "\(name).jsonl")).split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Row.self, from: $0)
    }
    func row(_ prompt: String, _ completion: String?) throws -> TokenRow {
      let (tokens, promptCount) = tokenizer.tokens(prompt: prompt, completion: try #require(completion))
      return TokenRow(tokens: tokens + [0], promptCount: promptCount)
    }
    if name == "sft" { return .supervised(try rows.map { try row($0.prompt, $0.completion) }) }
    return .preference(
      try rows.map {
        TokenPair(chosen: try row($0.prompt, $0.chosen), rejected: try row($0.prompt, $0.rejected))
      })
  }

  @Test(arguments: ["sft", "dpo"], [MicroBatching(), MicroBatching(parts: 2), MicroBatching(tokenLimit: 1)])
  func everyStepHasTRLsLoss(name: String, microBatching: MicroBatching) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let expected = try #require(
      decoder.decode([String: Expected].self, from: Data(contentsOf: folder.appending(path: "expected.json")))[name])
    #expect(expected.losses.count == 20)
    let settings = FineTuningSettings(
      epochs: 1, optimizer: OptimizerSettings(learningRate: expected.learningRate, schedule: .constant),
      warmupFraction: 0, batchRows: expected.rowsAStep, batchPairs: expected.rowsAStep, beta: 0.1, shuffles: false,
      threads: 2, microBatching: microBatching)
    let training = try FineTuning(try Model(contentsOf: folder), on: try examples(name), settings)
    var losses: [Double] = []
    while let step = training.step() { losses.append(step.loss) }
    #expect(losses.count == expected.losses.count)
    for (step, (found, reference)) in zip(losses, expected.losses).enumerated() {
      #expect(abs(found / reference - 1) < 1e-3, "step \(step + 1): \(found) against \(reference)")
    }
  }
}
