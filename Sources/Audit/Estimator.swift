import Core
import Randomness
import Statistics

/// Turns one value a question into an estimate with its interval.
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

  func bootstrap(_ name: String) -> Bootstrap { Bootstrap(resamples: resamples, stream: stream(name)) }

  /// The mean over the questions that have a value; nil where none has.
  ///
  /// - Parameters:
  ///   - range: The values that are possible for a question.
  ///   - name: What is estimated, unique within the audit.
  func mean(of values: [Double?], in range: ClosedRange<Double> = 0...1, _ name: String) -> Estimate? {
    bootstrap(name).mean(of: values.compactMap { $0 }, in: range).map(Estimate.init)
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
