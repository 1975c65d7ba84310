import Foundation

/// Settings of one training stage. Every field is recorded in the run's manifest.
public struct TrainingSettings: Codable, Sendable, Hashable {
  public var epochs: Int
  /// Peak learning rate of AdamW, after warm-up.
  public var learningRate: Double
  /// Tokens an optimizer step for supervised rows, prompt included: rows are packed up to it.
  public var batchTokens: Int
  /// Pairs an optimizer step for preference rows.
  public var batchPairs: Int
  /// Share of the steps over which the learning rate rises linearly from 0.
  public var warmupFraction: Double
  /// The learning rate at the last step, as a share of the peak; between them a cosine.
  public var finalLearningRateFraction: Double
  public var weightDecay: Double
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  /// The gradient's global norm is clipped to this.
  public var gradientClip: Double
  /// β of DPO.
  public var beta: Double
  public var seed: UInt64

  public init(
    epochs: Int = 1, learningRate: Double = 1e-5, batchTokens: Int = 4096, batchPairs: Int = 16,
    warmupFraction: Double = 0.05, finalLearningRateFraction: Double = 0.1, weightDecay: Double = 0,
    beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8, gradientClip: Double = 1, beta: Double = 0.1, seed: UInt64 = 0
  ) {
    self.epochs = epochs
    self.learningRate = learningRate
    self.batchTokens = batchTokens
    self.batchPairs = batchPairs
    self.warmupFraction = warmupFraction
    self.finalLearningRateFraction = finalLearningRateFraction
    self.weightDecay = weightDecay
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.gradientClip = gradientClip
    self.beta = beta
    self.seed = seed
  }
}

/// What a training stage reports about itself.
public struct TrainingSummary: Codable, Sendable, Hashable {
  public let steps: Int
  public let tokens: Int
  /// Mean loss over the first and the last tenth of the steps, natural logarithm, a token (SFT) or a pair (DPO).
  public let initialLoss: Double?
  public let finalLoss: Double?

  public init(steps: Int, tokens: Int, initialLoss: Double?, finalLoss: Double?) {
    self.steps = steps
    self.tokens = tokens
    self.initialLoss = initialLoss
    self.finalLoss = finalLoss
  }

  private enum CodingKeys: String, CodingKey {
    case steps, tokens
    case initialLoss = "initial_loss"
    case finalLoss = "final_loss"
  }
}

/// Trains a model: the embedded engine in this process, or a cluster.
public protocol Trainer: Sendable {
  /// Writes the trained model to `output`, which must not exist and appears whole or not at all.
  ///
  /// - Parameter reference: The model whose log-probabilities DPO compares with; supervised rows ignore it.
  func train(
    _ rows: TrainingSet, from checkpoint: Checkpoint, reference: Checkpoint, settings: TrainingSettings, to output: URL,
    progress: @escaping ProgressHandler
  ) async throws -> TrainingSummary
}
