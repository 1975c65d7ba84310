import Foundation

/// The course of the learning rate after warm-up, from its peak to its final fraction.
public enum LearningRateSchedule: String, Sendable, Hashable, CaseIterable {
  case constant
  case linear
  /// Half a cosine.
  case cosine
}

/// How weights move along a gradient.
public struct OptimizerSettings: Sendable, Hashable {
  /// Peak learning rate.
  public var learningRate: Double
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  /// Decoupled, on matrices only: norm weights do not decay.
  public var weightDecay: Double
  /// Global norm to which a gradient is clipped.
  public var gradientClip: Double
  public var schedule: LearningRateSchedule
  /// Steps of linear warm-up: step s of w, counted from 1, has the factor s / w.
  public var warmupSteps: Int
  /// Factor at the last step; a constant schedule has none.
  public var finalFraction: Double

  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0,
    gradientClip: Double = 1, schedule: LearningRateSchedule = .cosine, warmupSteps: Int = 0,
    finalFraction: Double = 0.1
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.gradientClip = gradientClip
    self.schedule = schedule
    self.warmupSteps = warmupSteps
    self.finalFraction = finalFraction
  }

  /// The learning rate of step `step` of `total`, counted from 1.
  package func learningRate(atStep step: Int, of total: Int) -> Double {
    if step <= warmupSteps { return learningRate * Double(step) / Double(warmupSteps) }
    let progress = total > warmupSteps ? min(Double(step - warmupSteps) / Double(total - warmupSteps), 1) : 1
    let remaining =
      switch schedule {
      case .constant: 1.0
      case .linear: 1 - progress
      case .cosine: 0.5 * (1 + cos(.pi * progress))
      }
    return learningRate * (finalFraction + (1 - finalFraction) * remaining)
  }
}
