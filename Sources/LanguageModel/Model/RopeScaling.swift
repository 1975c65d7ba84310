/// How the frequencies of the rotary embedding are lowered for contexts longer than those of pretraining.
public enum RopeScaling: Sendable, Hashable {
  /// Position interpolation (Chen et al. 2306.15595): every frequency divided by `factor`.
  case linear(factor: Double)
  /// Llama 3.1: frequencies that turn less than `lowFrequencyFactor` times within `originalContext` positions are divided
  /// by `factor`, those that turn more than `highFrequencyFactor` times stay, and between the two it changes linearly in
  /// the number of turns.
  case llama3(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalContext: Int)

  /// In float32 and in the order of transformers' operations, so that late positions turn by the same angles.
  ///
  /// - Parameter frequency: Radians a position.
  func scaled(_ frequency: Float) -> Float {
    switch self {
    case .linear(let factor): return frequency / Float(factor)
    case .llama3(let factor, let low, let high, let originalContext):
      // PyTorch divides a number by a tensor as reciprocal times number.
      let wavelength = 1 / frequency * Float(2 * Double.pi)
      let context = Float(originalContext)
      if wavelength > context / Float(low) { return frequency / Float(factor) }
      if wavelength < context / Float(high) { return frequency }
      let kept = (1 / wavelength * context - Float(low)) / Float(high - low)
      return (1 - kept) * frequency / Float(factor) + kept * frequency
    }
  }
}
