/// One optimizer step as it happened.
public struct TrainingStep: Sendable, Hashable {
  /// Counted from 1.
  public let step: Int
  public let totalSteps: Int
  /// Natural logarithm: a completion token (supervised) or a pair (preference).
  public let loss: Double
  /// Tokens computed, prompts included; what chosen and rejected share is computed, and counted, once.
  public let tokenCount: Int
  public let learningRate: Double
  /// Global norm before clipping.
  public let gradientNorm: Double
  /// Of preference rows only.
  public let preference: PreferenceMetrics?
}

/// What direct preference optimisation tells about a step; means over its pairs, rewards as β Δ (Rafailov et al. 2305.18290,
/// section 4).
public struct PreferenceMetrics: Sendable, Hashable {
  public let chosenReward: Double
  public let rejectedReward: Double
  /// Share of the pairs whose chosen completion has the greater reward.
  public let accuracy: Double
  /// log p of whole completions, natural logarithm.
  public let chosenLogProbability: Double
  public let rejectedLogProbability: Double
  public var margin: Double { chosenReward - rejectedReward }
}
