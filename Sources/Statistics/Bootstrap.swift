import Randomness

/// Confidence intervals by resampling units (questions) with replacement.
///
/// The interval is BCa, bias-corrected and accelerated (Efron, "Better bootstrap confidence intervals", JASA 1987): two
/// quantiles of the statistic over the resamples, moved by the bias of its median and by the skewness of the jackknife.
/// Where these are undefined it is the percentile interval; `BiasCorrection` says when. Shares of right answers and their
/// paired changes have score intervals, and where every unit has the same value the bound is exact.
public struct Bootstrap: Sendable {
  public let resamples: Int
  /// Coverage of the interval, 0.95 unless told otherwise.
  public let confidence: Double
  /// Whether the interval of a mean is widened for its number of units, as `BiasCorrection` says.
  public let isExpanded: Bool
  let stream: RandomStream

  public init(resamples: Int = 2_000, confidence: Double = 0.95, isExpanded: Bool = false, stream: RandomStream) {
    precondition(resamples > 0, "a bootstrap needs at least one resample")
    precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
    self.resamples = resamples
    self.confidence = confidence
    self.isExpanded = isExpanded
    self.stream = stream
  }

  /// The mean of one value a unit; nil without any value. A paired difference is the mean of per-unit differences.
  ///
  /// Values of two kinds (right or wrong) are a share, and get Wilson's score interval (`ScoreInterval`): a resampled share
  /// has no finer steps than 1 / n, which makes its quantiles jump. For the same reason changes of −1, 0 and 1, in a range from
  /// −1 to 1, get the score interval of a paired change.
  ///
  /// Where all values are equal, resampling them shows no spread. The interval then rests on what n equal draws do show:
  /// with confidence, another value has probability at most q = 1 − (α/2)^(1/n) (Clopper and Pearson 1934), so the mean
  /// lies within q of the way from the value to each end of the range.
  ///
  /// - Parameter range: The values that are possible, whether or not they occur.
  public func mean(of values: [Double], in range: ClosedRange<Double>) -> Interval? {
    guard let first = values.first else { return nil }
    guard let other = values.first(where: { $0 != first }) else {
      return constant(first, count: values.count, in: range)
    }
    let mean = values.reduce(0, +) / Double(values.count)
    if range == -1...1, values.allSatisfy({ $0 == 0 || abs($0) == 1 }) {
      let change = ScoreInterval.change(
        gained: values.count { $0 > 0 }, lost: values.count { $0 < 0 }, of: values.count, confidence: confidence)
      return Interval(estimate: mean, low: change.low, high: change.high, count: values.count)
    }
    if values.allSatisfy({ $0 == first || $0 == other }) {
      let (low, high) = (min(first, other), max(first, other))
      let share = ScoreInterval.share(
        successes: values.count { $0 == high }, of: values.count, confidence: confidence)
      return Interval(
        estimate: mean, low: low + share.low * (high - low), high: low + share.high * (high - low),
        count: values.count)
    }
    // The jackknife of a mean is linear in the values: each one's influence is its distance from the mean.
    return interval(
      around: mean, of: ResamplingDistribution(means(of: values)),
      acceleration: Acceleration.of([values.map { $0 - mean }]), count: values.count,
      degreesOfFreedom: isExpanded ? values.count - 1 : nil)
  }

  func interval(
    around estimate: Double, of distribution: ResamplingDistribution, acceleration: Double?, count: Int,
    degreesOfFreedom: Int? = nil
  ) -> Interval {
    let correction = BiasCorrection(
      confidence: confidence, shareBelow: distribution.shareBelow(estimate), acceleration: acceleration,
      degreesOfFreedom: degreesOfFreedom)
    return Interval(
      estimate: estimate, low: distribution.quantile(correction.low), high: distribution.quantile(correction.high),
      count: count)
  }

  private func means(of values: [Double]) -> [Double] {
    var stream = stream
    return (0..<resamples).map { _ in stream.resampledSum(of: values) / Double(values.count) }
  }

  func constant(_ value: Double, count: Int, in range: ClosedRange<Double>) -> Interval {
    let other = 1 - pow((1 - confidence) / 2, 1 / Double(count))
    return Interval(
      estimate: value, low: value - other * (value - range.lowerBound),
      high: value + other * (range.upperBound - value), count: count)
  }

  /// The quantile of ascending values, linear between order statistics (Hyndman and Fan's type 7, numpy's default).
  package static func quantile(_ probability: Double, ofSorted values: [Double]) -> Double {
    let position = probability * Double(values.count - 1)
    let below = Int(position)
    let above = min(below + 1, values.count - 1)
    return values[below] + (position - Double(below)) * (values[above] - values[below])
  }
}
