import Randomness

/// Confidence intervals by resampling units (questions) with replacement.
///
/// The percentile interval (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3): the quantiles
/// of the statistic over the resamples, interpolated linearly between order statistics. The bias-corrected form (BCa) is
/// not used: its acceleration term divides by the spread of the jackknife values, which is zero or nearly so for the
/// sparse 0/1 values of small improvement sets, and for means over hundreds of questions the two agree to the noise of
/// the resampling itself.
public struct Bootstrap: Sendable {
  public let resamples: Int
  /// Coverage of the interval, 0.95 unless told otherwise.
  public let confidence: Double
  private let stream: RandomStream

  public init(resamples: Int = 2_000, confidence: Double = 0.95, stream: RandomStream) {
    precondition(resamples > 0, "a bootstrap needs at least one resample")
    precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
    self.resamples = resamples
    self.confidence = confidence
    self.stream = stream
  }

  /// The mean of one value a unit; nil without any value. A paired difference is the mean of per-unit differences.
  ///
  /// Where all values are equal, resampling them shows no spread. The interval then rests on what n equal draws do show:
  /// with confidence, another value has probability at most q = 1 − (α/2)^(1/n) (Clopper and Pearson 1934), so the mean
  /// lies within q of the way from the value to each end of the range.
  ///
  /// - Parameter range: The values that are possible, whether or not they occur.
  public func mean(of values: [Double], in range: ClosedRange<Double>) -> Interval? {
    guard let first = values.first else { return nil }
    guard values.contains(where: { $0 != first }) else { return constant(first, count: values.count, in: range) }

    let count = Double(values.count)
    var stream = stream
    var means = [Double](repeating: 0, count: resamples)
    for resample in means.indices {
      var sum = 0.0
      for _ in values.indices { sum += values[stream.index(below: values.count)] }
      means[resample] = sum / count
    }
    return interval(around: values.reduce(0, +) / count, of: means, count: values.count)
  }

  /// Any statistic of units in strata, each stratum resampled within itself; nil where the statistic is undefined.
  ///
  /// A resample on which the statistic is undefined is left out: the interval holds given that the statistic is defined,
  /// and where that is not nearly certain it is too narrow.
  ///
  /// - Parameters:
  ///   - sizes: Units in each stratum. One stratum is the ordinary bootstrap.
  ///   - statistic: From the indices drawn in each stratum; called first with every index once.
  public func interval(strata sizes: [Int], statistic: ([[Int]]) -> Double?) -> Interval? {
    guard !sizes.contains(0), let estimate = statistic(sizes.map { Array(0..<$0) }) else { return nil }
    var stream = stream
    var draws = sizes.map { [Int](repeating: 0, count: $0) }
    var statistics: [Double] = []
    statistics.reserveCapacity(resamples)
    for _ in 0..<resamples {
      for (stratum, size) in sizes.enumerated() {
        for unit in 0..<size { draws[stratum][unit] = stream.index(below: size) }
      }
      if let value = statistic(draws) { statistics.append(value) }
    }
    guard !statistics.isEmpty else { return nil }
    return interval(around: estimate, of: statistics, count: sizes.reduce(0, +))
  }

  private func interval(around estimate: Double, of statistics: [Double], count: Int) -> Interval {
    let sorted = statistics.sorted()
    let tail = (1 - confidence) / 2
    return Interval(
      estimate: estimate, low: Self.quantile(tail, ofSorted: sorted), high: Self.quantile(1 - tail, ofSorted: sorted),
      count: count)
  }

  private func constant(_ value: Double, count: Int, in range: ClosedRange<Double>) -> Interval {
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
