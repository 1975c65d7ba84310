import Core
import Foundation
import LanguageModel

/// Trains with the embedded engine, on all weights in float32.
public struct NativeTrainer: Trainer {
  private let threads: Int

  /// - Parameter threads: Processor cores to use; does not change a result.
  public init(threads: Int) { self.threads = threads }

  public func train(
    _ rows: TrainingSet, from checkpoint: Checkpoint, reference: Checkpoint, settings: TrainingSettings, to output: URL,
    progress: @escaping ProgressHandler
  ) async throws -> TrainingSummary {
    try await ComputeThread.run { isCancelled in
      let loaded = try LoadedModel(contentsOf: checkpoint.folder, isTrained: true)
      let encoder = try RowEncoder(loaded, folder: checkpoint.folder)
      var record = TrainingRecord()
      func onStep(_ step: TrainingStep) throws {
        if isCancelled() { throw CancellationError() }
        guard step.loss.isFinite, step.gradientNorm.isFinite else {
          throw ModelError(
            .system,
            "training diverged at step \(step.step) of \(step.totalSteps): the loss is \(step.loss); lower the learning rate"
          )
        }
        record.add(step)
        progress(
          StageProgress(
            completed: step.step, total: step.totalSteps, unit: "steps", note: String(format: "loss %.3f", step.loss)))
      }
      switch rows {
      case .supervised(let rows):
        try loaded.model.fineTune(
          on: try rows.map { try encoder.row($0.prompt, $0.completion, id: $0.problemID) },
          FineTuningSettings(settings, threads: threads), onStep: onStep)
      case .preference(let rows):
        // Trained in place, so that a reference that is the starting model needs a copy of its own.
        let reference = try Model(contentsOf: reference.folder)
        try loaded.model.alignPreferences(
          on: try rows.map {
            TokenPair(
              chosen: try encoder.row($0.prompt, $0.chosen, id: $0.problemID),
              rejected: try encoder.row($0.prompt, $0.rejected, id: $0.problemID))
          }, reference: reference, FineTuningSettings(settings, threads: threads), onStep: onStep)
      }
      try loaded.model.save(to: output, auxiliaryFilesFrom: checkpoint.folder, elementType: .float32)
      return record.summary
    }
  }
}

/// Turns prompts and completions into tokens.
private struct RowEncoder {
  private let tokenizer: Tokenizer
  private let endToken: Int32
  private let limit: Int

  init(_ loaded: LoadedModel, folder: URL) throws {
    tokenizer = loaded.tokenizer
    endToken = try loaded.endToken(of: folder)
    limit = loaded.model.configuration.maxPositionCount
  }

  /// The completion's own tokens where it was sampled, otherwise those of its text; closed by the end-of-sequence token.
  func row(_ prompt: String, _ completion: TrainingText, id: ProblemID) throws -> TokenRow {
    var tokens: [Int32]
    let promptCount: Int
    if let sampled = completion.tokenIDs {
      tokens = tokenizer.tokens(prompt: prompt)
      promptCount = tokens.count
      tokens += sampled.map(Int32.init)
    } else {
      (tokens, promptCount) = tokenizer.tokens(prompt: prompt, completion: completion.text)
    }
    if tokens.count == promptCount || tokens.last != endToken { tokens.append(endToken) }
    guard promptCount > 0 else {
      throw InputError("the prompt of '\(id)' has no token; give it a text")
    }
    guard tokens.count <= limit else {
      throw InputError(
        "the row of '\(id)' has \(tokens.count) tokens, and the model takes \(limit); shorten or drop it")
    }
    return TokenRow(tokens: tokens, promptCount: promptCount)
  }
}

/// Collects what a training stage reports about itself.
private struct TrainingRecord {
  private var losses: [Double] = []
  private var tokens = 0

  mutating func add(_ step: TrainingStep) {
    losses.append(step.loss)
    tokens += step.tokenCount
  }

  var summary: TrainingSummary {
    let tenth = max(1, losses.count / 10)
    func mean(_ part: ArraySlice<Double>) -> Double? {
      part.isEmpty ? nil : part.reduce(0, +) / Double(part.count)
    }
    return TrainingSummary(
      steps: losses.count, tokens: tokens, initialLoss: mean(losses.prefix(tenth)),
      finalLoss: mean(losses.suffix(tenth)))
  }
}

extension FineTuningSettings {
  init(_ settings: TrainingSettings, threads: Int) {
    self.init(
      epochs: settings.epochs,
      optimizer: OptimizerSettings(
        learningRate: settings.learningRate, beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon,
        weightDecay: settings.weightDecay, gradientClip: settings.gradientClip,
        finalFraction: settings.finalLearningRateFraction), warmupFraction: settings.warmupFraction,
      batchTokens: settings.batchTokens, batchPairs: settings.batchPairs, beta: settings.beta, seed: settings.seed,
      threads: threads)
  }
}
