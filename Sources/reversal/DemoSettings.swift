import Core
import Engines
import Iteration
import Tasks

/// The demo's problems and settings, chosen on validation questions before any test question was looked at
/// (docs/demo-study.md).
enum DemoSettings {
  static func data(seed: UInt64) -> RunData {
    let generator = ArithmeticGenerator(seed: seed)
    return RunData(
      train: generator.problems(.train, count: 400), test: generator.problems(.test, count: 1000),
      outOfDistribution: generator.problems(.outOfDistribution, count: 500))
  }

  static func configuration(_ method: ImprovementMethod, iterations: Int, seed: UInt64) throws -> RunConfiguration {
    RunConfiguration(
      task: "arithmetic", model: try EmbeddedModel.folder.path, method: method, iterations: iterations, seed: seed,
      sampling: .init(n: 8, maxTokens: 240),
      evaluation: .init(samples: 8, questions: 250, firstIterationSamples: 64),
      selection: .init(maxCorrectPerQuestion: 4, maxPairsPerQuestion: 2, deduplicate: true),
      training: .init(
        first: TrainingSettings(epochs: 4, learningRate: 2e-3, batchTokens: 2048),
        sft: TrainingSettings(epochs: 1, learningRate: 5e-4, batchTokens: 2048),
        dpo: TrainingSettings(epochs: 2, learningRate: 3e-5, batchPairs: 16, beta: 0.1)))
  }
}
