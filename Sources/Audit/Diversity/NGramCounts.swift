/// How many n-grams a pool of texts holds and how many of them differ, for n = 1 … 5.
struct NGramCounts: Sendable, Hashable {
  static let orders = 5

  /// By n − 1. N-grams lie within one text each.
  var distinct = [Int](repeating: 0, count: orders)
  var total = [Int](repeating: 0, count: orders)

  /// Unique over total, averaged over the orders that have an n-gram; nil where none has.
  ///
  /// Kirk et al., "Understanding the effects of RLHF on LLM generalisation and diversity", arXiv 2310.06452, section 4.
  var distinctN: Double? {
    average { order in Double(distinct[order]) / Double(total[order]) }
  }

  /// Unique over the number expected of as many draws from a vocabulary, averaged likewise.
  ///
  /// D / (V (1 − ((V − 1)/V)^C)) of Liu et al., "Rethinking and refining the distinct metric", ACL 2022, equation 6, with
  /// D distinct among C n-grams. V is the n-gram vocabulary of that order, `vocabulary[n − 1]`. Long pools repeat
  /// n-grams by chance; this removes what chance explains. Never above e/(e − 1).
  func expectationAdjustedDistinctN(vocabulary: [Int]) -> Double? {
    average { order in
      let size = Double(vocabulary[order])
      return Double(distinct[order]) / (size * (1 - power(1 - 1 / size, total[order])))
    }
  }

  /// The largest value of `expectationAdjustedDistinctN`: every n-gram of the vocabulary once.
  static let expectationAdjustedLimit = 1.582

  private func average(_ value: (Int) -> Double) -> Double? {
    let values = (0..<Self.orders).filter { total[$0] > 0 }.map(value)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// By repeated squaring: the same bits on every platform.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, left) = (1.0, base, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= square }
      square *= square
      left >>= 1
    }
    return result
  }
}
