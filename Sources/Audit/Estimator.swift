import Core
import Randomness
import Statistics

/// Turns one value a question into an estimate with its 95 % BCa interval (Statistics.Bootstrap).
struct Estimator: Sendable {
  let resamples: Int
  private let stream: RandomStream

  init(seed: UInt64, resamples: Int) {
    self.init(resamples: resamples, stream: RandomStream(seed: seed, "audit"))
  }

  private init(resamples: Int, stream: RandomStream) {
    self.resamples = resamples
    self.stream = stream
  }

  /// An estimator whose intervals are drawn independently of this one's.
  func child(_ name: String) -> Estimator { Estimator(resamples: resamples, stream: stream.child(name)) }

  /// The estimator of the out-of-distribution measures.
  var outOfDistribution: Estimator { child("ood") }

  /// The random numbers for one purpose: they depend on its name, never on what was computed before.
  func stream(_ name: String) -> RandomStream { stream.child(name) }

  func bootstrap(_ name: String) -> Bootstrap {
    Bootstrap(resamples: resamples, isExpanded: true, stream: stream(name))
  }

  /// The mean over the questions that have a value; nil where none has.
  ///
  /// - Parameters:
  ///   - range: The values that are possible for a question.
  ///   - name: What is estimated, unique within the audit.
  func mean(of values: [Double?], in range: ClosedRange<Double> = 0...1, _ name: String) -> Estimate? {
    bootstrap(name).mean(of: values.compactMap { $0 }, in: range).map(Estimate.init)
  }

  /// A mean over the samples of all questions, where a question counts by how many it has; questions are the clusters that
  /// are resampled. Nil without a sample.
  ///
  /// - Parameters:
  ///   - sums: Of the samples' values, one a question.
  ///   - counts: Samples of each question.
  ///   - range: The values that are possible for a sample.
  func pooledMean(
    sums: [Double], counts: [Int], in range: ClosedRange<Double> = 0...1, _ name: String
  ) -> Estimate? {
    bootstrap(name).ratio(of: sums, to: counts.map(Double.init), in: range).map(Estimate.init)
  }
}

extension Estimate {
  init(_ interval: Interval) {
    self.init(estimate: interval.estimate, low: interval.low, high: interval.high, n: interval.count)
  }
}

/// `later` − `first` for the questions that have both values.
func pairedDifferences(_ first: [Double?], _ later: [Double?]) -> [Double] {
  zip(first, later).compactMap { first, later in
    guard let first, let later else { return nil }
    return later - first
  }
}
