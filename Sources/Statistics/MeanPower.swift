/// What a test of a mean difference can find with the questions at hand, in the normal approximation.
public enum MeanPower {
  /// The probability that a two-sided test rejects at `significance` when the mean is `effect`.
  public static func power(effect: Double, standardDeviation: Double, count: Int, significance: Double) -> Double {
    precondition(standardDeviation > 0 && count > 0, "power needs a spread and a unit")
    let shift = abs(effect) / standardDeviation * Double(count).squareRoot()
    let end = Normal.quantile(significance / 2)
    return Normal.cumulative(end + shift) + Normal.cumulative(end - shift)
  }

  /// The smallest effect found with probability `power`: (z_{1−α/2} + z_power) σ / √n (the far tail left out).
  ///
  /// Nil where it cannot be told: without a spread, or with fewer units than a sign-flip test needs to reach
  /// `significance` at all, 2 / 2ⁿ.
  public static func detectableEffect(
    standardDeviation: Double, count: Int, significance: Double, power: Double = 0.8
  ) -> Double? {
    guard standardDeviation > 0, count > 1, pow(0.5, Double(count - 1)) <= significance else { return nil }
    return (Normal.quantile(power) - Normal.quantile(significance / 2)) * standardDeviation
      / Double(count).squareRoot()
  }
}
