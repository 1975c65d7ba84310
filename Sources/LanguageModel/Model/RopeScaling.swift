/// How the frequencies of the rotary embedding are lowered for contexts longer than those of pretraining.
public enum RopeScaling: Sendable, Hashable {
  /// Position interpolation (Chen et al. 2306.15595): every frequency divided by `factor`.
  case linear(factor: Double)
  /// Llama 3.1: frequencies that turn less than `lowFrequencyFactor` times within `originalContext` positions are divided
  /// by `factor`, those that turn more than `highFrequencyFactor` times stay, and between the two it changes linearly in
  /// the number of turns.
  case llama3(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalContext: Int)

  /// - Parameter frequency: Radians a position.
  func scaled(_ frequency: Double) -> Double {
    switch self {
    case .linear(let factor): return frequency / factor
    case .llama3(let factor, let low, let high, let originalContext):
      let turns = Double(originalContext) * frequency / (2 * .pi)
      if turns < low { return frequency / factor }
      if turns > high { return frequency }
      let kept = (turns - low) / (high - low)
      return frequency * (kept + (1 - kept) / factor)
    }
  }
}
