import Foundation
import LanguageModel
import Testing

@Suite struct MemoryEstimateTests {
  /// Steps large enough for two lanes.
  private static let settings: FineTuningSettings = {
    var settings = TinyTraining.settings()
    settings.batchPairs = 40
    return settings
  }()

  private func estimate(
    _ examples: TrainingExamples, adapter: LowRankSettings? = nil,
    _ change: (inout FineTuningSettings) -> Void = { _ in }
  ) -> MemoryEstimate {
    var settings = Self.settings
    change(&settings)
    let bytes = 4 * ParameterLayout(TinyTraining.configuration).count
    return MemoryEstimate(
      TinyTraining.configuration, weightBytes: bytes, adapter: adapter, examples, settings, resident: 1000)
  }

  @Test(arguments: TinyTraining.examples) func theOptionsThatSaveMemoryDo(examples: TrainingExamples) {
    let count = ParameterLayout(TinyTraining.configuration).count
    let plain = estimate(examples)
    #expect(plain.weights == 4 * count && plain.optimizer == 8 * count && plain.gradients % (4 * count) == 0)
    #expect(plain.gradients >= 8 * count)
    #expect(plain.total > plain.resident + plain.weights + plain.gradients + plain.optimizer)
    #expect(estimate(examples) { $0.recomputesActivations = true }.activations < plain.activations)
    let parts = estimate(examples) { $0.microBatching = MicroBatching(tokenLimit: 100) }
    #expect(parts.activations < plain.activations / 2 && parts.gradients == plain.gradients)
    #expect(estimate(examples) { $0.threads = 1 }.activations == plain.activations / 2)
    let adapted = estimate(examples, adapter: LowRankSettings(rank: 1, targets: [.query]))
    // Two layers of A [1, 24] and B [32, 1].
    #expect(adapted.optimizer == 8 * 2 * (24 + 32) && adapted.weights == plain.weights + 4 * 2 * (24 + 32))
  }

  /// The sizes that the estimate rests on are those that a training takes.
  @Test(arguments: TinyTraining.examples, [false, true]) func theWorkspaceIsTheOnePredicted(
    examples: TrainingExamples, recomputes: Bool
  ) throws {
    let predicted = estimate(examples) { $0.recomputesActivations = recomputes }
    let model = TinyTraining.model()
    var settings = Self.settings
    settings.recomputesActivations = recomputes
    let training = try FineTuning(model, on: examples, settings)
    let vocabulary = LossHead.byteCount(TinyTraining.configuration, positions: 64)
    #expect(training.workspaceBytes + 2 * vocabulary == predicted.activations + predicted.workspace)
  }

  @Test func theMachineTells() throws {
    // Other tests run beside this one: what was resident first is in every later peak, but for the system's rounding.
    let resident = SystemMemory.resident
    #expect(resident > 1 << 20)
    #expect(try #require(SystemMemory.peak) > resident - resident / 10)
    #expect(SystemMemory.room.left() > 1 << 20)
    #expect(SystemMemory.room.left() <= Int(ProcessInfo.processInfo.physicalMemory))
  }
}
