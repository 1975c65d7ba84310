import Foundation
import Kernels
import LanguageModel
import Testing

@Suite struct WindowTests {
  private static let scale: Float = 0.37

  /// Softmax of the row's last `window` scores up to the diagonal, by the definition.
  private static func naive(_ scores: [Float], _ t: Int, window: Int) -> [Double] {
    var result = [Double](repeating: 0, count: t * t)
    for row in 0..<t {
      let seen = (0...row).filter { row - $0 < window }
      let top = seen.map { Double(scores[row * t + $0]) }.max() ?? 0
      let weights = seen.map { exp((Double(scores[row * t + $0]) - top) * Double(scale)) }
      let sum = weights.reduce(0, +)
      for (column, weight) in zip(seen, weights) { result[row * t + column] = weight / sum }
    }
    return result
  }

  @Test(arguments: [(1, 1), (2, 1), (7, 3), (33, 8), (33, 32), (64, 48), (70, 17)])
  func equalsTheDefinition(t: Int, window: Int) {
    let scores = randomBuffer(t * t, seed: UInt64(t))
    let expected = Self.naive(scores.array, t, window: window)
    Kernel.windowSoftmax(t, window: window, scale: Self.scale, FloatView(scores))
    let error = zip(scores.array, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
    #expect(error < 1e-6)
    #expect(zip(scores.array, expected).allSatisfy { $1 != 0 || $0 == 0 })
  }

  @Test(arguments: [1, 5, 40]) func aWindowOverEverythingGivesTheBitsOfNone(t: Int) {
    let (windowed, whole) = (randomBuffer(t * t, seed: 2), randomBuffer(t * t, seed: 2))
    Kernel.windowSoftmax(t, window: t, scale: Self.scale, FloatView(windowed))
    Kernel.causalSoftmax(t, scale: Self.scale, FloatView(whole))
    #expect(windowed.array == whole.array)
    let (dWindowed, dWhole) = (randomBuffer(t * t, seed: 3), randomBuffer(t * t, seed: 3))
    Kernel.windowSoftmaxBackward(
      t, window: t, scale: Self.scale, p: FloatView(windowed), dscores: FloatView(dWindowed))
    Kernel.causalSoftmaxBackward(t, scale: Self.scale, p: FloatView(whole), dscores: FloatView(dWhole))
    #expect(dWindowed.array == dWhole.array)
  }

  /// Scores that a row does not see need not have been computed.
  @Test(arguments: [1, 16, 33]) func whatARowDoesNotSeeIsNotRead(t: Int) {
    let (clean, stale) = (randomBuffer(t * t, seed: 9), randomBuffer(t * t, seed: 9))
    let (dClean, dStale) = (randomBuffer(t * t, seed: 10), randomBuffer(t * t, seed: 10))
    for row in 0..<t {
      for column in (row + 1)..<t {
        stale[row * t + column] = .nan
        dStale[row * t + column] = .nan
      }
    }
    for (scores, gradients) in [(clean, dClean), (stale, dStale)] {
      Kernel.causalSoftmax(t, scale: Self.scale, FloatView(scores))
      Kernel.causalSoftmaxBackward(t, scale: Self.scale, p: FloatView(scores), dscores: FloatView(gradients))
    }
    #expect(stale.array == clean.array)
    #expect(dStale.array == dClean.array)
  }

  /// Against differences of the definition in Double.
  @Test(arguments: [(6, 2), (9, 4)]) func backwardIsTheDerivative(t: Int, window: Int) {
    let scores = randomBuffer(t * t, seed: 4)
    let outputGradient = randomBuffer(t * t, seed: 5)
    let p = FloatBuffer(scores.array)
    let found = FloatBuffer(outputGradient.array)
    Kernel.windowSoftmax(t, window: window, scale: Self.scale, FloatView(p))
    Kernel.windowSoftmaxBackward(t, window: window, scale: Self.scale, p: FloatView(p), dscores: FloatView(found))
    func objective(_ scores: [Float]) -> Double {
      zip(Self.naive(scores, t, window: window), outputGradient.array).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    for index in 0..<(t * t) {
      var (above, below) = (scores.array, scores.array)
      above[index] += 0x1p-6
      below[index] -= 0x1p-6
      let slope = (objective(above) - objective(below)) / Double(above[index] - below[index])
      // Central differences err by the third derivative times 2⁻¹² / 6.
      #expect(abs(Double(found[index]) - slope) < 2e-4)
    }
  }

  @Test func biasesAreAddedToEveryRowAndTheirGradientsAreColumnSums() {
    let (t, n) = (5, 19)
    let bias = randomBuffer(n, seed: 6)
    let x = randomBuffer(t * n, seed: 7)
    let y = FloatBuffer(x.array)
    Kernel.addBias(t, FloatView(bias), to: FloatView(y))
    for index in 0..<(t * n) { #expect(y[index] == x[index] + bias[index % n]) }
    let sums = randomBuffer(n, seed: 8)
    let expected = (0..<n).map { column in (0..<t).reduce(sums[column]) { $0 + x[$1 * n + column] } }
    Kernel.addBiasGradient(t, FloatView(x), to: FloatView(sums))
    #expect(sums.array == expected)
  }
}
