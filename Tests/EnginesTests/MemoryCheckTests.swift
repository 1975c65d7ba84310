import Engines
import Foundation
import LanguageModel
import Testing

/// What a training that does not fit is told.
@Suite struct MemoryCheckTests {
  private let rows = TrainingExamples.supervised(
    (0..<64).map { index in TokenRow(tokens: (0..<100).map { Int32(($0 * 7 + index) % 600) }, promptCount: 10) })

  private func check(_ settings: FineTuningSettings, _ adapter: LowRankSettings? = nil) throws -> MemoryCheck {
    let folder = try EmbeddedModel.folder
    return try MemoryCheck(folder, ModelConfiguration(contentsOf: folder), adapter: adapter, rows, settings)
  }

  private let settings = FineTuningSettings(
    epochs: 1, optimizer: OptimizerSettings(learningRate: 1e-4), batchTokens: 6400, threads: 2)

  private func needed(_ check: MemoryCheck) -> Int { check.estimate.total - check.estimate.resident }

  @Test func theFirstOptionThatMakesItFitIsNamed() throws {
    let plain = try check(settings)
    let full = needed(plain)
    #expect(throws: Never.self) { try plain.refuse(beyond: MemoryRoom(memory: full)) }
    var small = settings
    small.microBatching.tokenLimit = 100
    let partial = needed(try check(small))
    var both = small
    both.recomputesActivations = true
    let least = needed(try check(both))
    let adapted = needed(try check(both, LowRankSettings()))
    #expect(adapted < least && least < partial && partial < full)
    for (available, message) in [
      (full - 1, "; with --micro-batch-tokens 100 it takes"), (partial - 1, "; with --recompute --micro-batch-tokens"),
      (least - 1, "; with --lora"), (adapted - 1, "no option makes it fit"), (-1, "no option"),
    ] {
      let error = #expect(throws: ModelError.self) { try plain.refuse(beyond: MemoryRoom(memory: available)) }
      #expect(error?.description.contains(message) == true, "\(String(describing: error))")
      #expect(error?.code == .system && error?.description.contains("\n") == false)
    }
  }
}
