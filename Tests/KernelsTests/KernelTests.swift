import Foundation
import Kernels
import LanguageModel
import Randomness
import Testing

/// Every level of instruction set that this CPU runs.
let levels = Array(0...Kernel.level)

func randomBuffer(_ count: Int, seed: UInt64) -> FloatBuffer {
  var stream = RandomStream(seed: seed)
  return FloatBuffer((0..<count).map { _ in Float(stream.normal()) })
}

@Suite struct MatrixProductTests {
  static let sizes = [
    (1, 1, 1), (1, 33, 7), (2, 32, 256), (3, 31, 257), (5, 64, 300), (13, 100, 513), (25, 160, 160), (37, 5, 40),
    (241, 65, 19), (12, 128, 64), (1, 300, 700),
  ]

  @Test(arguments: sizes, levels) func equalsTheNaiveTwin(size: (Int, Int, Int), level: Int32) {
    let (m, n, k) = size
    let a = randomBuffer(m * k, seed: 1)
    let b = randomBuffer(k * n, seed: 2)
    let scratch = FloatBuffer(count: Kernel.gemmScratchCount)
    for (aTransposed, bTransposed, accumulate) in [
      (false, false, false), (false, true, true), (true, false, true), (true, true, false),
    ] {
      let aView = aTransposed ? MatrixView(FloatView(a), width: m).transposed : MatrixView(FloatView(a), width: k)
      let bView = bTransposed ? MatrixView(FloatView(b), width: k).transposed : MatrixView(FloatView(b), width: n)
      let found = randomBuffer(m * n, seed: 3)
      let expected = randomBuffer(m * n, seed: 3)
      Kernel.multiply(
        m, n, k, aView, bView, into: MatrixView(FloatView(found), width: n), accumulate: accumulate, scratch: scratch,
        level: level)
      Kernel.multiplyNaively(
        m, n, k, aView, bView, into: MatrixView(FloatView(expected), width: n), accumulate: accumulate)
      // Rounding of a sum of k products of unit normals: about 6e-8 · √k · √k at worst.
      let tolerance = 4e-7 * Float(k) + 1e-6
      let error = zip(found.array, expected.array).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error <= tolerance)
    }
  }

  /// A row's bits must not depend on the rows beside it, nor on how the columns are split.
  @Test(arguments: levels) func aRowIsTheSameInAnyBatch(level: Int32) {
    let (n, k, most) = (200, 300, 41)
    let weights = randomBuffer(n * k, seed: 4)
    let packed = Kernel.pack(
      [(FloatView(weights).prefix(70 * k), 70), (FloatView(weights).slice(70 * k, (n - 70) * k), n - 70)], inputs: k)
    let x = randomBuffer(most * k, seed: 5)
    let scratch = FloatBuffer(count: Kernel.gemmScratchCount)
    func product(_ rows: Int, from first: Int, split: Int? = nil) -> [Float] {
      let y = FloatBuffer(count: rows * n)
      let view = FloatView(x).slice(first * k, rows * k)
      let panels = Kernel.panelCount(packed)
      for range in split.map({ [0..<$0, $0..<panels] }) ?? [0..<panels] {
        Kernel.multiply(rows, view, packed, into: FloatView(y), panels: range, scratch: scratch, level: level)
      }
      return y.array
    }
    let whole = product(most, from: 0)
    for row in 0..<most { #expect(product(1, from: row) == Array(whole[row * n..<(row + 1) * n])) }
    for rows in [2, 3, 7, 12, 23, 40] { #expect(product(rows, from: 0) == Array(whole[..<(rows * n)])) }
    #expect(product(9, from: 0, split: 3) == Array(whole[..<(9 * n)]))
  }
}

@Suite struct SamplingKernelTests {
  /// The kept set against its definition: sort, and keep until the mass is reached.
  @Test(arguments: [0.1, 0.5, 0.9, 0.95, 0.999]) func topPKeepsTheSmallestSetThatReachesTheMass(topP: Double) {
    let count = 101
    let scratch = FloatView(FloatBuffer(count: count))
    for seed in 0..<5 as Range<UInt64> {
      let logits = randomBuffer(count, seed: 20 + seed)
      let weights = logits.array.map { exp(Double($0) / 0.75) }
      let total = weights.reduce(0, +)
      var mass = 0.0
      var kept: Set<Int> = []
      for index in (0..<count).sorted(by: { weights[$0] > weights[$1] }) {
        kept.insert(index)
        mass += weights[index] / total
        if mass >= topP { break }
      }
      var drawn: Set<Int> = []
      for step in 0..<20_000 {
        drawn.insert(
          Kernel.sample(
            FloatView(logits), temperature: 0.75, topP: Float(topP), uniform: Double(step) / 20_000, scratch: scratch))
      }
      #expect(drawn.isSubset(of: kept))
      // 20,000 even steps reach every token of at least that share.
      #expect(kept.allSatisfy { drawn.contains($0) || weights[$0] / mass / total < 1e-4 })
    }
  }

  @Test func frequenciesFollowTheSoftmax() {
    let logits = FloatBuffer([0, 1, 2, -1])
    let weights = [0.0, 1, 2, -1].map { exp($0) }
    let total = weights.reduce(0, +)
    let scratch = FloatView(FloatBuffer(count: 4))
    var counts = [Int](repeating: 0, count: 4)
    for step in 0..<10_000 {
      counts[
        Kernel.sample(
          FloatView(logits), temperature: 1, topP: 1, uniform: (Double(step) + 0.5) / 10_000, scratch: scratch)] += 1
    }
    for index in 0..<4 { #expect(abs(Double(counts[index]) / 10_000 - weights[index] / total) < 2e-4) }
  }

  @Test func aTokenThatAloneReachesTheMassIsTheOnlyOne() {
    let scratch = FloatView(FloatBuffer(count: 3))
    for uniform in [0.0, 0.5, 0.999999] {
      #expect(
        Kernel.sample(
          FloatView(FloatBuffer([0, 9, 0])), temperature: 1, topP: 0.9, uniform: uniform, scratch: scratch) == 1)
    }
  }

  @Test func logSumExpAndArgmax() {
    for count in [1, 2, 15, 16, 17, 1000] {
      let x = randomBuffer(count, seed: UInt64(count))
      let values = x.array.map(Double.init)
      let expected = log(values.reduce(0) { $0 + exp($1) })
      #expect(abs(Double(Kernel.logSumExp(FloatView(x))) - expected) < 1e-5)
      #expect(Kernel.argmax(FloatView(x)) == values.indices.max { values[$0] < values[$1] })
    }
  }
}

@Suite struct CacheAttentionTests {
  @Test(arguments: [(1, 4, 1), (3, 8, 17), (5, 32, 70), (2, 24, 64)])
  func scoresAndValuesEqualTheirDefinition(shape: (heads: Int, d: Int, count: Int)) {
    let (heads, d, count) = shape
    let whole = (count + 15) / 16 * 16
    let query = randomBuffer(heads * d, seed: 1)
    let key = randomBuffer(count * d, seed: 2)
    let value = randomBuffer(count * d, seed: 3)
    let keys = FloatBuffer(count: whole * d)
    for position in 0..<count {
      Kernel.storeKey(d, FloatView(key, offset: position * d, count: d), at: position, in: FloatView(keys))
    }
    let scores = FloatBuffer(count: heads * whole)
    Kernel.keyScores(
      heads: heads, d, FloatView(query), keys: FloatView(keys), count: count, scale: 0.5, into: FloatView(scores),
      rowStride: whole)
    let out = FloatBuffer(count: heads * d)
    Kernel.weightedValues(
      heads: heads, d, weights: FloatView(scores), rowStride: whole, values: FloatView(value), count: count,
      accumulate: false, into: FloatView(out))
    for head in 0..<heads {
      var sum = [Double](repeating: 0, count: d)
      for position in 0..<count {
        let dot = (0..<d).reduce(0.0) { $0 + Double(query[head * d + $1]) * Double(key[position * d + $1]) }
        #expect(abs(Double(scores[head * whole + position]) - dot * 0.5) < 1e-5)
        for index in 0..<d { sum[index] += dot * 0.5 * Double(value[position * d + index]) }
      }
      for index in 0..<d { #expect(abs(Double(out[head * d + index]) - sum[index]) < 1e-4 * Double(count)) }
    }
  }
}
