import Foundation
import LanguageModel
import Randomness
import Testing

/// Each backward kernel against central differences, in Double, of the operation's definition.
@Suite struct BackwardTests {
  /// d(Σ upstream · f(x)) / dx by central differences; error about h² times the third derivative, here below 1e-8.
  private func differences(_ x: [Double], _ upstream: [Double], _ f: ([Double]) -> [Double]) -> [Double] {
    let h = 1e-5
    func loss(_ x: [Double]) -> Double { zip(upstream, f(x)).reduce(0) { $0 + $1.0 * $1.1 } }
    return x.indices.map { index in
      var up = x
      var down = x
      up[index] += h
      down[index] -= h
      return (loss(up) - loss(down)) / (2 * h)
    }
  }

  /// Largest difference relative to the largest expected value: float32 sums of some tens of terms stay below 2e-6.
  private func error(_ found: FloatBuffer, _ expected: [Double]) -> Double {
    let scale = expected.map(abs).max() ?? 0
    return zip(found.array, expected).map { abs(Double($0) - $1) / scale }.max() ?? .infinity
  }

  private func doubles(_ buffer: FloatBuffer) -> [Double] { buffer.array.map(Double.init) }

  @Test(arguments: [(1, 1), (3, 7), (2, 16), (5, 33)]) func rmsNorm(shape: (t: Int, c: Int)) {
    let (t, c) = shape
    let x = randomBuffer(t * c, seed: 1)
    let weight = randomBuffer(c, seed: 2)
    let dy = randomBuffer(t * c, seed: 3)
    let epsilon = 1e-2
    func norm(_ x: [Double], _ weight: [Double]) -> [Double] {
      (0..<t).flatMap { row -> [Double] in
        let part = x[row * c..<(row + 1) * c]
        let inverse = 1 / (part.reduce(0) { $0 + $1 * $1 } / Double(c) + epsilon).squareRoot()
        return zip(part, weight).map { $0 * inverse * $1 }
      }
    }
    let (y, inverse) = (FloatBuffer(count: t * c), FloatBuffer(count: t))
    Kernel.rmsNorm(
      t, c, FloatView(x), weight: FloatView(weight), epsilon: Float(epsilon), into: FloatView(y),
      inverse: FloatView(inverse))
    #expect(error(y, norm(doubles(x), doubles(weight))) < 2e-6)
    let (dx, dweight) = (FloatBuffer(count: t * c), FloatBuffer(count: c))
    Kernel.rmsNormBackward(
      t, c, FloatView(x), weight: FloatView(weight), inverse: FloatView(inverse), dy: FloatView(dy),
      dx: FloatView(dx), dweight: FloatView(dweight))
    #expect(error(dx, differences(doubles(x), doubles(dy)) { norm($0, doubles(weight)) }) < 5e-6)
    #expect(error(dweight, differences(doubles(weight), doubles(dy)) { norm(doubles(x), $0) }) < 5e-6)
  }

  @Test(arguments: [1, 5, 16, 37]) func swiGLU(n: Int) {
    let gate = randomBuffer(n, seed: 4)
    let up = randomBuffer(n, seed: 5)
    let dy = randomBuffer(n, seed: 6)
    func swiglu(_ gate: [Double], _ up: [Double]) -> [Double] { zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 } }
    let y = FloatBuffer(count: n)
    Kernel.swiGLU(1, n, gate: FloatView(gate), up: FloatView(up), rowStride: n, into: FloatView(y))
    #expect(error(y, swiglu(doubles(gate), doubles(up))) < 2e-6)
    let (dgate, dup) = (FloatBuffer(count: n), FloatBuffer(count: n))
    Kernel.swiGLUBackward(
      n, gate: FloatView(gate), up: FloatView(up), dy: FloatView(dy), dgate: FloatView(dgate), dup: FloatView(dup))
    #expect(error(dgate, differences(doubles(gate), doubles(dy)) { swiglu($0, doubles(up)) }) < 5e-6)
    #expect(error(dup, differences(doubles(up), doubles(dy)) { swiglu(doubles(gate), $0) }) < 5e-6)
  }

  @Test(arguments: [2, 9, 16, 17, 33]) func causalSoftmax(t: Int) {
    let x = randomBuffer(t * t, seed: 7)
    let dp = randomBuffer(t * t, seed: 8)
    let scale = 0.7
    func softmax(_ x: [Double]) -> [Double] {
      (0..<t).flatMap { row -> [Double] in
        let part = x[row * t...row * t + row].map { exp($0 * scale) }
        let sum = part.reduce(0, +)
        return part.map { $0 / sum } + [Double](repeating: 0, count: t - row - 1)
      }
    }
    let p = FloatBuffer(x.array)
    Kernel.causalSoftmax(t, scale: Float(scale), FloatView(p))
    #expect(error(p, softmax(doubles(x))) < 2e-6)
    let dscores = FloatBuffer(dp.array)
    Kernel.causalSoftmaxBackward(t, scale: Float(scale), p: FloatView(p), dscores: FloatView(dscores))
    #expect(error(dscores, differences(doubles(x), doubles(dp), softmax)) < 5e-6)
  }

  @Test func rotationIsUndoneByItsInverse() {
    let configuration = ModelConfiguration(
      vocabularySize: 1, hiddenSize: 24, intermediateSize: 1, layerCount: 1, headCount: 3, keyValueHeadCount: 3)
    let tables = RotaryTables(configuration, positionCount: 40)
    let x = randomBuffer(4 * 24, seed: 9)
    let rotated = FloatBuffer(x.array)
    for inverse in [false, true] {
      Kernel.rotate(
        4, heads: 3, 8, FloatView(rotated), rowStride: 24, positions: [0, 3, 17, 39], tables: tables, inverse: inverse)
      if !inverse { #expect(error(rotated, doubles(x)) > 0.1) }
    }
    #expect(error(rotated, doubles(x)) < 1e-6)
  }

  @Test(arguments: [3, 16, 50]) func crossEntropy(count: Int) {
    let logits = randomBuffer(count, seed: 10)
    let target = count / 2
    let expected = differences(doubles(logits), [1]) { x in [log(x.reduce(0) { $0 + exp($1) }) - x[target]] }
    let gradient = FloatBuffer(logits.array)
    Kernel.crossEntropyBackward(
      FloatView(gradient), logSumExp: Kernel.logSumExp(FloatView(logits)), target: target, factor: 1)
    #expect(error(gradient, expected) < 5e-6)
  }
}
