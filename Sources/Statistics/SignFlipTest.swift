import Randomness

/// The paired permutation test of a mean difference of zero.
public enum SignFlipTest {
  /// The two-sided p-value: under the null, every difference could as well have had the other sign.
  ///
  /// All 2ⁿ sign assignments where they are no more than `permutations`; else that many drawn at random, and
  /// p = (1 + extreme draws) / (1 + draws), which is valid at any number of draws (Phipson and Smyth 2010). Differences of
  /// zero have no sign and are left out; 1 without any other.
  public static func pValue(of differences: [Double], permutations: Int, stream: RandomStream) -> Double {
    precondition(permutations > 0, "a permutation test needs at least one permutation")
    let values = differences.filter { $0 != 0 }
    guard !values.isEmpty else { return 1 }
    let total = values.reduce(0, +)
    // Sums of the same numbers in another order differ in the last bits and must still count as equal.
    let scale = values.reduce(0) { $0 + abs($1) }
    let observed = abs(total) - 1e-12 * scale

    if values.count < 31, 1 << values.count <= permutations {
      let flipped = subsetSums(of: values[...])
      let extreme = flipped.count { abs(total - 2 * $0) >= observed }
      return Double(extreme) / Double(flipped.count)
    }

    // The sum of the flipped differences, eight at a time: one table look-up a byte of random bits.
    let tables = stride(from: 0, to: values.count, by: 8)
      .map { subsetSums(of: values[$0..<min($0 + 8, values.count)]) }
    var stream = stream
    var extreme = 0
    for _ in 0..<permutations {
      var flipped = 0.0
      var bits: UInt64 = 0
      for (index, table) in tables.enumerated() {
        if index % 8 == 0 { bits = stream.next() }
        flipped += table[Int(bits & 0xff) & (table.count - 1)]
        bits >>= 8
      }
      if abs(total - 2 * flipped) >= observed { extreme += 1 }
    }
    return Double(1 + extreme) / Double(1 + permutations)
  }

  /// The sum of every subset; bit i of the index says whether value i belongs to it.
  private static func subsetSums(of values: ArraySlice<Double>) -> [Double] {
    values.reduce(into: [0]) { sums, value in sums += sums.map { $0 + value } }
  }
}
