import Foundation
import LanguageModel
import Testing

@Suite struct TrainingCheckpointTests {
  private struct Outcome: Equatable {
    var weights: [Float] = []
    var steps: [TrainingStep] = []
  }

  /// Trains from the newest state in `folder` if there is one, saves every `interval` steps, and stops as a killed process
  /// does after `killed` steps.
  private func train(
    _ examples: TrainingExamples, in folder: URL?, every interval: Int = 1, killedAfter killed: Int? = nil
  ) throws -> Outcome {
    let model = TinyTraining.model()
    let training = try FineTuning(model, on: examples, TinyTraining.settings())
    if let folder, let state = try TrainingCheckpoint.latest(in: folder) { try training.resume(from: state) }
    var outcome = Outcome()
    while let step = training.step() {
      outcome.steps.append(step)
      if let folder, step.step % interval == 0 { try training.save(in: folder) }
      if step.step == killed { return outcome }
    }
    outcome.weights = model.parameters.array
    return outcome
  }

  @Test(arguments: TinyTraining.examples) func aTrainingKilledAnywhereIsTheUninterruptedOne(
    examples: TrainingExamples
  ) throws {
    let expected = try train(examples, in: nil)
    let total = expected.steps.count
    #expect(total >= 4)
    for (interval, kills) in [(1, [1, 2, total - 1]), (2, [1, 3]), (3, [total])] {
      let folder = try ScratchFolder()
      for kill in kills { _ = try train(examples, in: folder.url, every: interval, killedAfter: kill) }
      let state = try TrainingCheckpoint.latest(in: folder.url)
      let resumed = try train(examples, in: folder.url, every: interval)
      #expect(resumed.weights == expected.weights)
      #expect(resumed.steps == Array(expected.steps.dropFirst(state?.step ?? 0)))
      // Older states go once a newer one is whole.
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
    }
  }

  @Test func anotherTrainingIsRefusedInOneLine() throws {
    let folder = try ScratchFolder()
    let examples = TinyTraining.examples[0]
    _ = try train(examples, in: folder.url, killedAfter: 2)
    let state = try #require(try TrainingCheckpoint.latest(in: folder.url))
    #expect(state.step == 2)
    var faster = TinyTraining.settings()
    faster.optimizer.learningRate = 1e-2
    var longer = TinyTraining.settings()
    longer.epochs = 3
    var smaller = TinyTraining.configuration
    smaller.layerCount = 1
    let cases: [(Model, TrainingExamples, FineTuningSettings, String)] = [
      (TinyTraining.model(), .supervised(TinyTraining.rows(60, seed: 5)), TinyTraining.settings(), "the rows are not"),
      (TinyTraining.model(), examples, faster, "learning_rate was 0.003 in the interrupted training and is 0.01 now"),
      (TinyTraining.model(), examples, longer, "epochs was 2"),
      (TinyTraining.model(seed: 8), examples, TinyTraining.settings(), "the model is not"),
      (TinyTraining.model(), TinyTraining.examples[1], TinyTraining.settings(), "method was sft"),
      (Model(random: smaller, seed: 1), examples, TinyTraining.settings(), "the model is not"),
    ]
    for (model, examples, settings, message) in cases {
      let training = try FineTuning(model, on: examples, settings)
      let error = #expect(throws: ModelError.self) { try training.resume(from: state) }
      #expect(error?.code == .badInput && error?.description.contains(message) == true, "\(String(describing: error))")
      #expect(error?.description.contains("\n") == false)
    }
    // Threads change no result.
    let training = try FineTuning(TinyTraining.model(), on: examples, TinyTraining.settings(threads: 1))
    try training.resume(from: state)
  }

  @Test func aDamagedStateIsRefused() throws {
    let folder = try ScratchFolder()
    _ = try train(TinyTraining.examples[0], in: folder.url, killedAfter: 1)
    let state = try #require(try TrainingCheckpoint.latest(in: folder.url))
    let file = state.folder.appending(path: "adam_mean.safetensors")
    try Data(contentsOf: file).dropLast(7).write(to: file)
    #expect(throws: ModelError.self) { try train(TinyTraining.examples[0], in: folder.url) }
    try Data("{".utf8).write(to: state.folder.appending(path: "training.json"))
    #expect(throws: ModelError.self) { try TrainingCheckpoint.latest(in: folder.url) }
  }

  /// What a killed process left half written is no state, and goes with the next one.
  @Test func anUnfinishedStateIsNone() throws {
    let folder = try ScratchFolder()
    let partial = folder.url.appending(path: ".step-00000009.partial-1-0")
    try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
    #expect(try TrainingCheckpoint.latest(in: folder.url) == nil)
    _ = try train(TinyTraining.examples[0], in: folder.url, killedAfter: 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["step-00000001"])
  }
}
