import Core
import Foundation
import LanguageModel

/// Trains with the embedded engine, in float32: all weights, or an adapter on a frozen model.
public struct NativeTrainer: Trainer {
  private let threads: Int
  private let options: NativeTrainingOptions

  /// - Parameter threads: Processor cores to use; does not change a result.
  public init(threads: Int, options: NativeTrainingOptions = NativeTrainingOptions()) {
    self.threads = threads
    self.options = options
  }

  public func train(
    _ rows: TrainingSet, from checkpoint: Checkpoint, reference: Checkpoint, settings: TrainingSettings, to output: URL,
    progress: @escaping ProgressHandler
  ) async throws -> TrainingSummary {
    guard rows.count > 0 else { throw InputError("there is no row to train on; give at least one") }
    return try await ComputeThread.run { isCancelled in
      var record = TrainingRecord()
      let stage = try TrainingStage(
        rows, from: checkpoint.folder, reference: reference.folder,
        FineTuningSettings(settings, options, threads: threads), options)
      try stage.train(to: output, isCancelled: isCancelled) { step in
        record.add(step)
        progress(
          StageProgress(
            completed: step.step, total: step.totalSteps, unit: "steps", note: String(format: "loss %.3f", step.loss),
            loss: step.loss))
        try options.onStep(step)
      }
      return record.summary
    }
  }
}

extension FineTuningSettings {
  init(_ settings: TrainingSettings, _ options: NativeTrainingOptions, threads: Int) {
    self.init(
      epochs: settings.epochs,
      optimizer: OptimizerSettings(
        learningRate: settings.learningRate, beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon,
        weightDecay: settings.weightDecay, gradientClip: settings.gradientClip, schedule: options.schedule,
        finalFraction: settings.finalLearningRateFraction), warmupFraction: settings.warmupFraction,
      batchTokens: settings.batchTokens, batchRows: options.batchRows, batchPairs: settings.batchPairs,
      beta: settings.beta, shuffles: options.shuffles, seed: settings.seed, threads: threads,
      microBatching: options.microBatching, recomputesActivations: options.recomputesActivations)
  }
}
