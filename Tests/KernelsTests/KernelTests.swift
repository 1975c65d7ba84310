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
    compareWithTheNaiveTwin(size, level: level)
  }

  /// Every remainder that the blocks of rows and the panels of columns can leave.
  @Test(arguments: levels) func everyRemainderEqualsTheNaiveTwin(level: Int32) {
    for size in 1...100 {
      compareWithTheNaiveTwin((size, 17, 20), level: level)
      compareWithTheNaiveTwin((11, size, 20), level: level)
    }
  }

  /// More rows, and a greater depth, than are packed at a time, and none at all.
  @Test(arguments: [(530, 50, 30), (10, 49, 511), (9, 64, 512), (7, 97, 513), (2, 3, 0)], levels)
  func blocksEqualTheNaiveTwin(size: (Int, Int, Int), level: Int32) {
    compareWithTheNaiveTwin(size, level: level)
  }

  private func compareWithTheNaiveTwin(_ size: (Int, Int, Int), level: Int32) {
    let (m, n, k) = size
    let a = randomBuffer(m * k, seed: 1)
    let b = randomBuffer(k * n, seed: 2)
    let c = randomBuffer(m * n, seed: 3).array
    let scratch = FloatBuffer(count: Kernel.gemmScratchCount)
    for choice in 0..<8 {
      let (aTransposed, bTransposed, accumulate) = (choice & 1 != 0, choice & 2 != 0, choice & 4 != 0)
      let aView = aTransposed ? MatrixView(FloatView(a), width: m).transposed : MatrixView(FloatView(a), width: k)
      let bView = bTransposed ? MatrixView(FloatView(b), width: k).transposed : MatrixView(FloatView(b), width: n)
      let (found, expected) = (FloatBuffer(c), FloatBuffer(c))
      Kernel.multiply(
        m, n, k, aView, bView, into: MatrixView(FloatView(found), width: n), accumulate: accumulate, scratch: scratch,
        level: level)
      Kernel.multiplyNaively(
        m, n, k, aView, bView, into: MatrixView(FloatView(expected), width: n), accumulate: accumulate)
      // Rounding of a sum of k products of unit normals: about 6e-8 · √k · √k at worst.
      let tolerance = 4e-7 * Float(k) + 1e-6
      let error = zip(found.array, expected.array).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error <= tolerance, "\(size), \(choice)")
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

    // Nor on whether the weights were packed beforehand.
    let weightsView = MatrixView(FloatView(weights), width: k).transposed
    for (first, rows) in [(0, most), (0, 1), (3, 2), (5, 8), (1, 23)] {
      let y = FloatBuffer(count: rows * n)
      let view = MatrixView(FloatView(x).slice(first * k, rows * k), width: k)
      Kernel.multiply(
        rows, n, k, view, weightsView, into: MatrixView(FloatView(y), width: n), scratch: scratch, level: level)
      #expect(y.array == Array(whole[first * n..<(first + rows) * n]))
    }
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

@Suite struct CachedAttentionTests {
  struct Shape: Sendable {
    let heads, keyValueHeads, d, shared, own: Int
    var first = 0
  }

  /// Several samples of one prompt, each with a past of its own, against the definition of attention in double precision.
  @Test(arguments: [
    Shape(heads: 1, keyValueHeads: 1, d: 4, shared: 0, own: 1),
    Shape(heads: 4, keyValueHeads: 2, d: 8, shared: 5, own: 17),
    Shape(heads: 6, keyValueHeads: 2, d: 32, shared: 70, own: 33),
    Shape(heads: 2, keyValueHeads: 2, d: 24, shared: 300, own: 64),
    Shape(heads: 4, keyValueHeads: 1, d: 64, shared: 32, own: 40, first: 11),
    Shape(heads: 2, keyValueHeads: 1, d: 16, shared: 20, own: 60, first: 57),
  ]) func equalsItsDefinition(shape: Shape) {
    let layers = 2
    let samples = 5
    let c = ModelConfiguration(
      vocabularySize: 1, hiddenSize: shape.heads * shape.d, intermediateSize: 1, layerCount: layers,
      headCount: shape.heads, keyValueHeadCount: shape.keyValueHeads, headDimension: shape.d)
    let width = (shape.heads + 2 * shape.keyValueHeads) * shape.d
    func row(_ position: Int, sample: Int, layer: Int) -> [Float] {
      // Positions of the prompt are the same for every sample.
      let sample = position < shape.shared ? 0 : sample
      return randomBuffer(width, seed: UInt64(1 + position + 1000 * (sample + 10 * layer))).array
    }
    let scratch = FloatBuffer(count: 1 << 18)
    func attend(
      _ position: Int, _ samples: [Int], _ caches: [KeyValueCache], _ prefix: SharedPrefix?, layer: Int, first: Int
    ) -> [Float] {
      let rows = Kernel.CachedRows(
        caches.map { ($0, position - (prefix?.count ?? 0), prefix, first) }, c)
      let input = FloatBuffer(samples.flatMap { row(position, sample: $0, layer: layer) })
      let out = FloatBuffer(count: samples.count * shape.heads * shape.d)
      Kernel.attend(
        rows, layer: layer, c, keyValueHeads: 0..<shape.keyValueHeads, queryKeyValue: FloatView(input),
        into: FloatView(out), scratch: scratch)
      return out.array
    }
    func definition(_ position: Int, sample: Int, layer: Int) -> [Double] {
      let past = (0...position).map { row($0, sample: sample, layer: layer).map(Double.init) }
      return (0..<shape.heads).flatMap { head -> [Double] in
        let key = (shape.heads + head / (shape.heads / shape.keyValueHeads)) * shape.d
        let seen = shape.first...position
        let scores = seen.map { at in
          (0..<shape.d).reduce(0.0) { $0 + past[position][head * shape.d + $1] * past[at][key + $1] }
            / Double(shape.d).squareRoot()
        }
        let top = scores.max() ?? 0
        let weights = scores.map { exp($0 - top) }
        let total = weights.reduce(0, +)
        return (0..<shape.d).map { index in
          zip(seen, weights).reduce(0.0) {
            $0 + $1.1 / total * past[$1.0][key + shape.keyValueHeads * shape.d + index]
          }
        }
      }
    }

    let prompt = KeyValueCache(c, capacity: max(shape.shared, 1))
    for position in 0..<shape.shared {
      for layer in 0..<layers { _ = attend(position, [0], [prompt], nil, layer: layer, first: 0) }
    }
    let prefix = shape.shared > 0 ? SharedPrefix(c, prompt, count: shape.shared) : nil
    let caches = KeyValueCache.caches(c, capacity: shape.own, count: samples)
    let last = shape.shared + shape.own - 1
    for position in shape.shared...last {
      for layer in 0..<layers {
        let first = position == last ? shape.first : 0
        let together = attend(position, Array(0..<samples), caches, prefix, layer: layer, first: first)
        guard position == last else { continue }
        let size = shape.heads * shape.d
        for sample in 0..<samples {
          let alone = attend(position, [sample], [caches[sample]], prefix, layer: layer, first: first)
          #expect(alone == Array(together[sample * size..<(sample + 1) * size]), "bits depend on the batch")
          let expected = definition(position, sample: sample, layer: layer)
          #expect(zip(alone, expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
        }
      }
    }
  }

  /// Rows whose prompt others share and rows whose prompt is theirs alone, with the heads in one share and in two.
  @Test(arguments: [(6, 3, 24), (4, 4, 32), (8, 2, 40)]) func companyAndSharesOfHeadsChangeNoBit(shape: (Int, Int, Int))
  {
    let (heads, keyValueHeads, d) = shape
    let c = ModelConfiguration(
      vocabularySize: 1, hiddenSize: heads * d, intermediateSize: 1, layerCount: 1, headCount: heads,
      keyValueHeadCount: keyValueHeads, headDimension: d)
    let (width, size) = ((heads + 2 * keyValueHeads) * d, heads * d)
    let scratch = FloatBuffer(count: 1 << 18)
    func attend(
      _ rows: [(cache: KeyValueCache, index: Int, shared: SharedPrefix?, firstPosition: Int)], _ input: [Float],
      shares: [Range<Int>]
    ) -> [Float] {
      let cached = Kernel.CachedRows(rows, c)
      #expect(cached.scratchCount <= scratch.count)
      let out = FloatBuffer(count: rows.count * size)
      for share in shares {
        Kernel.attend(
          cached, layer: 0, c, keyValueHeads: share, queryKeyValue: FloatView(FloatBuffer(input)), into: FloatView(out),
          scratch: scratch)
      }
      return out.array
    }
    let whole = [0..<keyValueHeads]
    let pool = PrefixPool(c, promptTokens: 70, together: 2)
    let prompts = [5, 70, 33, 1].enumerated().map { number, count in
      let cache = KeyValueCache(c, capacity: count)
      for position in 0..<count {
        let input = randomBuffer(width, seed: UInt64(1 + position + 100 * number)).array
        _ = attend([(cache, position, nil, 0)], input, shares: whole)
      }
      return SharedPrefix(c, cache, count: count, pool: pool)
    }
    // Prompt 0 twice in succession and once more after another; the last sequence has no prompt.
    let shared = [prompts[0], prompts[0], prompts[1], prompts[0], prompts[2], prompts[3], prompts[3], nil]
    let (alone, together) = (
      KeyValueCache.caches(c, capacity: 37, count: 8), KeyValueCache.caches(c, capacity: 37, count: 8)
    )
    for index in 0..<37 {
      let input = randomBuffer(width * shared.count, seed: UInt64(9_000 + index)).array
      let first = index == 36 ? 20 : 0
      let rows = shared.indices.map { (together[$0], index, shared[$0], first) }
      let found = attend(rows, input, shares: index % 2 == 0 ? whole : [0..<1, 1..<keyValueHeads])
      for number in shared.indices {
        let row = attend(
          [(alone[number], index, shared[number], first)], Array(input[number * width..<(number + 1) * width]),
          shares: whole)
        #expect(row == Array(found[number * size..<(number + 1) * size]), "position \(index), sequence \(number)")
      }
    }
  }
}
