/// Intervals of shares, and of the change of a share between paired outcomes: the values that a score test does not reject.
public enum ScoreInterval {
  /// Wilson's (JASA 1927, 22: 209): the shares that a score test of `successes` among `count` does not reject.
  ///
  /// Of the intervals in use it keeps closest to its coverage, over shares and counts (Brown, Cai and DasGupta, "Interval
  /// estimation for a binomial proportion", 2001). `count` is at least 1.
  public static func share(successes: Int, of count: Int, confidence: Double) -> (low: Double, high: Double) {
    precondition(count > 0 && successes >= 0 && successes <= count, "a share is of at least one unit")
    let z = -Normal.quantile((1 - confidence) / 2)
    let n = Double(count)
    let share = Double(successes) / n
    let center = (share + z * z / (2 * n)) / (1 + z * z / n)
    let reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return (max(0, center - reach), min(1, center + reach))
  }

  /// Tango's ("Equivalence test and confidence interval for the difference in proportions for the paired-sample design",
  /// Statistics in Medicine 17, 1998): what McNemar's test becomes for a change other than 0.
  ///
  /// - Parameters:
  ///   - gained: Units that only the second outcome solves.
  ///   - lost: Units that only the first outcome solves.
  ///   - count: All units, at least 1.
  public static func change(
    gained: Int, lost: Int, of count: Int, confidence: Double
  ) -> (low: Double, high: Double) {
    precondition(count > 0 && gained >= 0 && lost >= 0 && gained + lost <= count, "a change is of at least one unit")
    let z = -Normal.quantile((1 - confidence) / 2)
    let estimate = Double(gained - lost) / Double(count)
    /// The score statistic falls as the change rises: its crossing of `target` between two changes.
    func crossing(_ target: Double, _ low: Double, _ high: Double) -> Double {
      var (low, high) = (low, high)
      while high - low > 1e-12 {
        let middle = (low + high) / 2
        if score(middle, Double(gained), Double(lost), Double(count)) > target { low = middle } else { high = middle }
      }
      return (low + high) / 2
    }
    return (crossing(z, -1, estimate), crossing(-z, estimate, 1))
  }

  /// The standardised distance of the observed change from `change`, the rate of losses being the most likely one given it.
  private static func score(_ change: Double, _ gained: Double, _ lost: Double, _ n: Double) -> Double {
    let b = -gained - lost + (2 * n - gained + lost) * change
    let c = -lost * change * (1 - change)
    let lossRate = ((b * b - 8 * n * c).squareRoot() - b) / (4 * n)
    let distance = gained - lost - n * change
    let variance = n * (2 * lossRate + change * (1 - change))
    return variance > 0 ? distance / variance.squareRoot() : distance * .infinity
  }
}
