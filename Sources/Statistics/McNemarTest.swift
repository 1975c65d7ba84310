/// McNemar's exact test of two paired binary outcomes.
public enum McNemarTest {
  /// The two-sided p-value: under the null, each discordant pair falls either way with probability 1/2.
  ///
  /// Twice the smaller binomial tail, at most 1 (McNemar 1947, in the exact form of Cochran). 1 without discordant pairs.
  ///
  /// - Parameters:
  ///   - gained: Questions that only the second outcome solves.
  ///   - lost: Questions that only the first outcome solves.
  public static func pValue(gained: Int, lost: Int) -> Double {
    precondition(gained >= 0 && lost >= 0, "counts are not negative")
    return min(1, 2 * Binomial.cumulative(min(gained, lost), of: gained + lost, p: 0.5))
  }
}
