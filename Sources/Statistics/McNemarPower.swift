/// What McNemar's exact test can find with the questions at hand.
public struct McNemarPower: Sendable {
  public let pairs: Int
  public let significance: Double
  /// By the number of discordant pairs: the largest count of the rarer outcome at which the two-sided test rejects, −1 where
  /// none does.
  private let critical: [Int]

  public init(pairs: Int, significance: Double) {
    precondition(pairs >= 0 && significance > 0 && significance < 1, "a test has pairs and a level between 0 and 1")
    self.pairs = pairs
    self.significance = significance
    var count = -1
    // One more discordant pair raises it by one at most.
    critical = (0...pairs).map { discordant in
      if 2 * (count + 1) < discordant, 2 * Self.lowerTail(count + 1, of: discordant, p: 0.5) <= significance {
        count += 1
      }
      return count
    }
  }

  /// The probability that the test rejects, exactly.
  ///
  /// Each question is discordant with probability `discordantRate`, and a discordant one is a gain with probability
  /// (1 + effect / rate) / 2: the expected change of the share correct is `effect`. Where the effect is larger than the rate,
  /// the rate is the effect: all discordant questions fall one way. The sum over the number of discordant questions of the
  /// binomial power of each (Miettinen 1968).
  public func power(effect: Double, discordantRate: Double) -> Double {
    precondition(effect >= -1 && effect <= 1 && discordantRate >= 0 && discordantRate <= 1)
    let effect = abs(effect)
    let rate = max(discordantRate, effect)
    guard rate > 0, pairs > 0 else { return 0 }
    let gainShare = min(1, (1 + effect / rate) / 2)
    let mean = Double(pairs) * rate
    // Beyond seven standard deviations and seven more lies less than 1e-10.
    let spread = 7 * (mean * (1 - rate)).squareRoot() + 7
    var power = 0.0
    for discordant in max(0, Int(mean - spread))...min(pairs, Int(mean + spread)) where critical[discordant] >= 0 {
      let chance = Binomial.probability(discordant, of: pairs, p: rate)
      power +=
        chance
        * (Self.lowerTail(critical[discordant], of: discordant, p: 1 - gainShare)
          + Self.lowerTail(critical[discordant], of: discordant, p: gainShare))
    }
    return min(1, power)
  }

  /// The smallest effect that the test finds with probability `power`; nil where even a change of every question would not.
  public func detectableEffect(discordantRate: Double, power target: Double = 0.8) -> Double? {
    guard power(effect: 1, discordantRate: discordantRate) >= target else { return nil }
    var (low, high) = (0.0, 1.0)
    // To a thousandth of a point.
    while high - low > 1e-5 {
      let middle = (low + high) / 2
      if power(effect: middle, discordantRate: discordantRate) >= target { high = middle } else { low = middle }
    }
    return high
  }

  /// P(X ≤ k) for X ~ Binomial(n, p), summed from k away from the mean, where terms only fall.
  private static func lowerTail(_ k: Int, of n: Int, p: Double) -> Double {
    guard k < n else { return 1 }
    guard p > 0 else { return 1 }
    guard p < 1 else { return 0 }
    if Double(k) > Double(n) * p { return 1 - lowerTail(n - k - 1, of: n, p: 1 - p) }
    var term = Binomial.probability(k, of: n, p: p)
    var sum = term
    let odds = (1 - p) / p
    for count in stride(from: k, to: 0, by: -1) {
      term *= Double(count) / Double(n - count + 1) * odds
      sum += term
      if term <= 1e-12 * sum { break }
    }
    return sum
  }
}
