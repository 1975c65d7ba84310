import Randomness
import Statistics
import Testing

/// Expected values: numpy and scipy, by Tests/reference/statistics.py.
@Suite struct BootstrapTests {
  @Test(arguments: [(0, 1.0), (0.025, 1.125), (0.3, 3), (0.5, 6), (0.975, 30), (1, 32)])
  func quantilesAreNumpys(probability: Double, expected: Double) {
    #expect(abs(Bootstrap.quantile(probability, ofSorted: [1, 2, 4, 8, 16, 32]) - expected) < 1e-12)
  }

  @Test(arguments: [
    ([Double](repeating: 1, count: 140) + [Double](repeating: 0, count: 60), 0.7, 0.635, 0.76),
    ((1...50).map { Double($0 * $0) / 2_500 }, 0.3434, 0.26111, 0.42958),
  ])
  func intervalsOfAMeanAreScipys(values: [Double], estimate: Double, low: Double, high: Double) throws {
    let bootstrap = Bootstrap(resamples: 20_000, stream: RandomStream(seed: 5))
    let interval = try #require(bootstrap.mean(of: values, in: 0...1))
    #expect(abs(interval.estimate - estimate) < 1e-12)
    // 20,000 resamples place a 2.5 % quantile to about a thirtieth of the interval's half width.
    #expect(abs(interval.low - low) <= 0.0051 && abs(interval.high - high) <= 0.0051)
    #expect(interval.count == values.count)
  }

  @Test func strataAreResampledWithinThemselves() throws {
    let a = (0..<40).map { $0 < 30 ? 1.0 : 0 }
    let b = (0..<50).map { $0 < 10 ? 1.0 : 0 }
    let bootstrap = Bootstrap(resamples: 20_000, stream: RandomStream(seed: 6))
    let interval = try #require(
      bootstrap.interval(strata: [40, 50]) { draws in
        let means = [
          draws[0].reduce(0) { $0 + a[$1] } / Double(draws[0].count),
          draws[1].reduce(0) { $0 + b[$1] } / Double(draws[1].count),
        ]
        return (means[0] - means[1]) / means[0]
      })
    #expect(abs(interval.estimate - (0.75 - 0.2) / 0.75) < 1e-12)
    #expect(abs(interval.low - 0.5586) < 0.01 && abs(interval.high - 0.875) < 0.01)
    #expect(interval.count == 90)
  }

  @Test func equalValuesGetTheExactBinomialBound() throws {
    let bootstrap = Bootstrap(stream: RandomStream(seed: 1))
    let ones = try #require(bootstrap.mean(of: [Double](repeating: 1, count: 30), in: 0...1))
    #expect(abs(ones.low - 0.8842966917779725) < 1e-12 && ones.high == 1)
    let zeros = try #require(bootstrap.mean(of: [Double](repeating: 0, count: 12), in: 0...1))
    #expect(zeros.low == 0 && abs(zeros.high - 0.26464846939705117) < 1e-12)
    let same = try #require(bootstrap.mean(of: [Double](repeating: 0, count: 12), in: -1...1))
    #expect(abs(same.low + 0.26464846939705117) < 1e-12 && same.low == -same.high)
  }

  @Test func theUndefinedIsNil() {
    let bootstrap = Bootstrap(stream: RandomStream(seed: 1))
    #expect(bootstrap.mean(of: [], in: 0...1) == nil)
    #expect(bootstrap.interval(strata: [3, 0]) { _ in 1 } == nil)
    #expect(bootstrap.interval(strata: [3]) { _ in nil } == nil)
  }

  @Test func undefinedResamplesAreLeftOut() {
    let interval = Bootstrap(stream: RandomStream(seed: 1)).interval(strata: [3]) { draws in
      draws[0].contains(0) ? 1 : nil
    }
    #expect(interval == Interval(estimate: 1, low: 1, high: 1, count: 3))
  }

  @Test func sameStreamSameInterval() {
    let values = (0..<100).map { Double($0 % 7) / 7 }
    let first = Bootstrap(stream: RandomStream(seed: 9, "a")).mean(of: values, in: 0...1)
    #expect(first == Bootstrap(stream: RandomStream(seed: 9, "a")).mean(of: values, in: 0...1))
    #expect(first != Bootstrap(stream: RandomStream(seed: 9, "b")).mean(of: values, in: 0...1))
  }

  /// Percentile intervals of 95 % must hold the true mean about that often.
  @Test func intervalsCoverTheTruth() throws {
    var stream = RandomStream(seed: 10, "coverage")
    var covered = 0
    for trial in 0..<1_000 {
      let values = (0..<150).map { _ in stream.uniform() < 0.6 ? 1.0 : 0 }
      let bootstrap = Bootstrap(resamples: 400, stream: RandomStream(seed: 11).child(trial))
      let interval = try #require(bootstrap.mean(of: values, in: 0...1))
      if interval.low <= 0.6, 0.6 <= interval.high { covered += 1 }
    }
    // 950 expected; five standard deviations are 35.
    #expect(covered > 915 && covered < 985)
  }
}
