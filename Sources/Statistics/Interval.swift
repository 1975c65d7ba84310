/// A point estimate with its confidence interval and the number of units it rests on.
public struct Interval: Sendable, Hashable {
  public let estimate: Double
  public let low: Double
  public let high: Double
  /// Units resampled: questions, in an audit.
  public let count: Int

  public init(estimate: Double, low: Double, high: Double, count: Int) {
    self.estimate = estimate
    self.low = low
    self.high = high
    self.count = count
  }
}
