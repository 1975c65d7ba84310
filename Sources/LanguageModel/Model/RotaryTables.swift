import Foundation

/// Cosines and sines of the rotary embedding (Su et al. 2104.09864), [positions, headDimension / 2].
package struct RotaryTables: Sendable {
  package let cosine: FloatBuffer
  package let sine: FloatBuffer
  package let positionCount: Int

  package init(_ configuration: ModelConfiguration, positionCount: Int) {
    let half = configuration.headDimension / 2
    let cosine = FloatBuffer(count: positionCount * half)
    let sine = FloatBuffer(count: positionCount * half)
    for index in 0..<half {
      let base = pow(configuration.ropeTheta, -2 * Double(index) / Double(configuration.headDimension))
      let frequency = configuration.ropeScaling?.scaled(base) ?? base
      for position in 0..<positionCount {
        cosine[position * half + index] = Float(cos(Double(position) * frequency))
        sine[position * half + index] = Float(sin(Double(position) * frequency))
      }
    }
    self.cosine = cosine
    self.sine = sine
    self.positionCount = positionCount
  }
}
