import Foundation

/// Cosines and sines of the rotary embedding (Su et al. 2104.09864), [positions, headDimension / 2].
///
/// Frequencies and angles are rounded to float32, as the implementations that models are trained with do: at position
/// 2,000 the rounding of a frequency is 1e-4 radians, which shows in log-probabilities.
package struct RotaryTables: Sendable {
  package let cosine: FloatBuffer
  package let sine: FloatBuffer
  package let positionCount: Int

  package init(_ configuration: ModelConfiguration, positionCount: Int) {
    let half = configuration.headDimension / 2
    let cosine = FloatBuffer(count: positionCount * half)
    let sine = FloatBuffer(count: positionCount * half)
    for index in 0..<half {
      let exponent = Float(2 * index) / Float(configuration.headDimension)
      let base = 1 / Float(pow(configuration.ropeTheta, Double(exponent)))
      let frequency = configuration.ropeScaling?.scaled(base) ?? base
      for position in 0..<positionCount {
        let angle = Double(Float(position) * frequency)
        cosine[position * half + index] = Float(cos(angle))
        sine[position * half + index] = Float(sin(angle))
      }
    }
    self.cosine = cosine
    self.sine = sine
    self.positionCount = positionCount
  }
}
