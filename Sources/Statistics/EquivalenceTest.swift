/// The test that a mean difference is smaller than a margin: two one-sided tests (Schuirmann 1987).
public enum EquivalenceTest {
  /// The p-value of "the mean lies outside of ±`margin`"; below α, "no change beyond the margin" holds at error α.
  ///
  /// The larger of the two one-sided t tests' p-values, of n − 1 degrees of freedom. Where all differences are equal, which
  /// leaves no error to estimate, the chance of that: a mean as far out as the margin needs a share of other values of at
  /// least (margin − |value|) / (limit − |value|), and (1 − share)ⁿ is the chance to meet none of them. Nil without a
  /// difference.
  ///
  /// - Parameter limit: The largest size a difference can have.
  public static func pValue(of differences: [Double], margin: Double, limit: Double) -> Double? {
    precondition(margin > 0 && margin < limit, "a margin lies between 0 and the largest difference")
    guard let first = differences.first else { return nil }
    let n = Double(differences.count)
    guard differences.contains(where: { $0 != first }) else {
      let share = (margin - abs(first)) / (limit - abs(first))
      return share > 0 ? pow(1 - share, n) : 1
    }
    let mean = differences.reduce(0, +) / n
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    let standardError = (variance / n).squareRoot()
    return StudentT.upperTail((margin - abs(mean)) / standardError, degreesOfFreedom: n - 1)
  }
}
