import Foundation
import LanguageModel
import Randomness
import Testing

/// The kernels of sentence encoders against the definitions in double precision, over odd sizes.
@Suite struct EncoderKernelTests {
  private func error(_ found: some Sequence<Float>, _ expected: some Sequence<Double>) -> Double {
    zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
  }

  @Test(arguments: [(1, 1), (3, 7), (5, 16), (2, 33), (4, 384)]) func residualNormIsItsDefinition(size: (Int, Int)) {
    let (t, c) = size
    let (x, branch) = (randomBuffer(t * c, seed: 1), randomBuffer(t * c, seed: 2))
    let vectors = (3..<6).map { randomBuffer(c, seed: $0) }
    let (bias, weight, shift) = (vectors[0], vectors[1], vectors[2])
    let epsilon = 1e-3
    let expected = (0..<t).flatMap { row -> [Double] in
      let sums = (0..<c).map { Double(x[row * c + $0]) + Double(branch[row * c + $0]) + Double(bias[$0]) }
      let mean = sums.reduce(0, +) / Double(c)
      let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(c)
      return (0..<c).map {
        (sums[$0] - mean) / (variance + epsilon).squareRoot() * Double(weight[$0]) + Double(shift[$0])
      }
    }
    Kernel.residualNorm(
      t, c, FloatView(x), branch: FloatView(branch), bias: FloatView(bias), weight: FloatView(weight),
      shift: FloatView(shift), epsilon: Float(epsilon))
    #expect(error(x.array, expected) < 1e-5)
  }

  /// Every value from −12 to 12 in steps of a 500th, and beyond.
  private static let abscissas = stride(from: Float(-12), through: 12, by: 0.002) + [-1e4, -40, 40, 1e4]

  @Test func geluIsItsDefinition() {
    let (x, bias) = (FloatBuffer(Array(Self.abscissas)), FloatBuffer([0.25]))
    Kernel.biasGELU(Self.abscissas.count, FloatView(x), bias: FloatView(bias), .gelu)
    let expected = Self.abscissas.map { value -> Double in
      let x = Double(value + 0.25)
      return x / 2 * erfc(-x / 2.0.squareRoot())
    }
    for (found, expected) in zip(x.array, expected) {
      // Φ within 6e-8, and the product rounded.
      #expect(abs(Double(found) - expected) <= 1.5e-7 * max(1, abs(expected)), "\(expected)")
    }
  }

  @Test func geluByTanhIsItsDefinition() {
    let (x, bias) = (FloatBuffer(Array(Self.abscissas)), FloatBuffer([-0.5]))
    Kernel.biasGELU(Self.abscissas.count, FloatView(x), bias: FloatView(bias), .tanhGELU)
    let expected = Self.abscissas.map { value -> Double in
      let x = Double(value - 0.5)
      return x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    }
    for (found, expected) in zip(x.array, expected) {
      #expect(abs(Double(found) - expected) <= 4e-7 * max(1, abs(expected)), "\(expected)")
    }
  }

  /// Biases of several widths, whose last vector is not full.
  @Test(arguments: [1, 5, 16, 31, 100]) func biasesGoToTheirColumns(width: Int) {
    let (x, bias) = (randomBuffer(3 * width, seed: 7), randomBuffer(width, seed: 8))
    let single = FloatBuffer((0..<3 * width).map { x[$0] + bias[$0 % width] })
    let sum = FloatBuffer(x.array)
    Kernel.addBias(3, FloatView(bias), to: FloatView(sum))
    #expect(sum.array == single.array)
    Kernel.biasGELU(3, FloatView(x), bias: FloatView(bias), .gelu)
    Kernel.biasGELU(3 * width, FloatView(single), bias: FloatView(FloatBuffer([0])), .gelu)
    #expect(zip(x.array, single.array).allSatisfy { abs($0 - $1) <= 1e-6 })
  }

  /// Sizes about the blocks of a tile, a panel and a block of queries.
  static let shapes = [
    (1, 1, 1), (2, 3, 4), (13, 2, 32), (33, 1, 7), (65, 3, 8), (264, 1, 5), (265, 2, 3), (530, 1, 4),
  ]

  @Test(arguments: shapes, levels) func attentionIsItsDefinition(shape: (Int, Int, Int), level: Int32) {
    let (t, heads, d) = shape
    let width = heads * d
    let x = randomBuffer(3 * t * width, seed: 9)
    let out = FloatBuffer(count: t * width)
    Kernel.attend(
      t, heads: heads, d, queryKeyValue: FloatView(x), into: FloatView(out),
      scratch: FloatBuffer(count: Kernel.attendScratchCount(t, d)), level: level)
    var expected = [Double](repeating: 0, count: t * width)
    for head in 0..<heads {
      for i in 0..<t {
        func at(_ row: Int, _ part: Int, _ k: Int) -> Double { Double(x[(3 * row + part) * width + head * d + k]) }
        let scores = (0..<t).map { j in (0..<d).reduce(0) { $0 + at(i, 0, $1) * at(j, 1, $1) } / Double(d).squareRoot()
        }
        let top = scores.max() ?? 0
        let weights = scores.map { exp($0 - top) }
        let sum = weights.reduce(0, +)
        for k in 0..<d {
          expected[i * width + head * d + k] = (0..<t).reduce(0) { $0 + weights[$1] / sum * at($1, 2, k) }
        }
      }
    }
    #expect(error(out.array, expected) < 1e-5)
  }
}
