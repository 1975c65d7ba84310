/// pass@k: the probability that at least one of k samples is correct.
public enum PassAtK {
  /// The unbiased estimate from n samples of which c are correct, 1 − C(n−c, k) / C(n, k); nil where k is not in 1 … n.
  ///
  /// Chen et al., "Evaluating large language models trained on code", arXiv 2107.03374, equation 1, in the product form
  /// of their figure 3, which no count overflows.
  public static func estimate(sampleCount n: Int, correctCount c: Int, k: Int) -> Double? {
    guard k >= 1, k <= n, c >= 0, c <= n else { return nil }
    // Fewer than k incorrect samples: every subset of k holds a correct one.
    guard n - c >= k else { return 1 }
    var allIncorrect = 1.0
    for i in (n - c + 1)..<(n + 1) { allIncorrect *= 1 - Double(k) / Double(i) }
    return 1 - allIncorrect
  }

  /// The k reported for `sampleCount` samples: 1, 2, 4, … up to it.
  public static func ladder(upTo sampleCount: Int) -> [Int] {
    Array(sequence(first: 1) { $0 * 2 }.prefix { $0 <= sampleCount })
  }
}
