import Randomness
import Statistics
import Testing

/// Expected values: numpy and scipy, by Tests/reference/statistics.py.
@Suite struct BootstrapTests {
  @Test(arguments: [(0, 1.0), (0.025, 1.125), (0.3, 3), (0.5, 6), (0.975, 30), (1, 32)])
  func quantilesAreNumpys(probability: Double, expected: Double) {
    #expect(abs(Bootstrap.quantile(probability, ofSorted: [1, 2, 4, 8, 16, 32]) - expected) < 1e-12)
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

  @Test func aFunctionOfSumsIsTheSameStatistic() throws {
    var stream = RandomStream(seed: 12)
    let first = (0..<60).map { _ in stream.uniform() }
    let second = (0..<60).map { _ in stream.uniform() + 1 }
    func product(_ sums: [Double]) -> Double? { sums[0] > 20 ? sums[0] * sums[0] / sums[1] : nil }
    let bootstrap = Bootstrap(resamples: 500, stream: RandomStream(seed: 13))
    let general = try #require(
      bootstrap.interval(strata: [60]) { draws in
        product([first, second].map { column in draws[0].reduce(0) { $0 + column[$1] } })
      })
    let summed = try #require(bootstrap.interval(ofSums: [first, second], statistic: product))
    #expect(abs(summed.estimate - general.estimate) < 1e-12 && summed.count == 60)
    #expect(abs(summed.low - general.low) < 1e-9 && abs(summed.high - general.high) < 1e-9)
    #expect(bootstrap.interval(ofSums: [[], []], statistic: product) == nil)
    #expect(bootstrap.interval(ofSums: [[1], [1]], statistic: product) == nil)
  }

  @Test func sameStreamSameInterval() {
    let values = (0..<100).map { Double($0 % 7) / 7 }
    let first = Bootstrap(stream: RandomStream(seed: 9, "a")).mean(of: values, in: 0...1)
    #expect(first == Bootstrap(stream: RandomStream(seed: 9, "a")).mean(of: values, in: 0...1))
    #expect(first != Bootstrap(stream: RandomStream(seed: 9, "b")).mean(of: values, in: 0...1))
  }

  /// The means of two kinds and of many kinds of values; a thousand resamples of a skewed distribution.
  @Test(arguments: [true, false])
  func intervalsCoverTheTruth(isBinary: Bool) throws {
    var stream = RandomStream(seed: 10, "coverage")
    var covered = 0
    let truth = isBinary ? 0.6 : 1.0 / 3
    for trial in 0..<2_000 {
      let values = (0..<150).map { _ in
        let draw = stream.uniform()
        return isBinary ? (draw < 0.6 ? 1.0 : 0) : draw * draw
      }
      let bootstrap = Bootstrap(resamples: 1_000, stream: RandomStream(seed: 11).child(trial))
      let interval = try #require(bootstrap.mean(of: values, in: 0...1))
      if interval.low <= truth, truth <= interval.high { covered += 1 }
    }
    #expect(covered >= 1_860 && covered <= 1_940)
  }
}
