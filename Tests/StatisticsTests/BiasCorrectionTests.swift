import Randomness
import Statistics
import Testing

/// BCa against scipy and against an exact computation (ReferenceValues).
@Suite struct BiasCorrectionTests {
  private let reference: ReferenceValues

  init() throws { reference = try ReferenceValues.read() }

  @Test func levelsAreEfrons() {
    for expected in reference.levels {
      let levels = BiasCorrection(
        confidence: 0.95, shareBelow: expected.share, acceleration: expected.acceleration)
      #expect(abs(levels.low - expected.low) < 1e-12 && abs(levels.high - expected.high) < 1e-12)
    }
  }

  @Test(
    arguments: [
      (0.5, nil), (0, 0.1), (1, 0.1), (0.02, 0.1), (0.98, 0.1), (0.5, 0.7), (0.5, -0.7),
    ] as [(Double, Double?)])
  func whatIsUndefinedIsThePercentileInterval(share: Double, acceleration: Double?) {
    let levels = BiasCorrection(confidence: 0.9, shareBelow: share, acceleration: acceleration)
    #expect(abs(levels.low - 0.05) < 1e-12 && abs(levels.high - 0.95) < 1e-12)
    #expect(Acceleration.of([[0, 0]]) == nil && Acceleration.of([]) == nil)
  }

  /// t √(n / (n − 1)) in place of z: 2.0154 · √(45 / 44) for 45 values.
  @Test func fewUnitsWidenTheInterval() {
    let levels = BiasCorrection(confidence: 0.95, shareBelow: 0.5, acceleration: 0, degreesOfFreedom: 44)
    #expect(abs(levels.low - 0.020767926328318826) < 1e-9 && abs(levels.low + levels.high - 1) < 1e-12)
    let plain = BiasCorrection(confidence: 0.95, shareBelow: 0.5, acceleration: nil, degreesOfFreedom: 44)
    #expect(abs(plain.low - levels.low) < 1e-15)
  }

  @Test func sharesAreWilsons() throws {
    for expected in reference.binary {
      let values =
        [Double](repeating: 1, count: expected.ones)
        + [Double](repeating: 0, count: expected.count - expected.ones)
      let interval = try #require(Bootstrap(stream: RandomStream(seed: 1)).mean(of: values, in: 0...1))
      #expect(abs(interval.low - expected.low) < 1e-12 && abs(interval.high - expected.high) < 1e-12)
      // Two kinds of values need not be 0 and 1.
      let other = try #require(
        Bootstrap(stream: RandomStream(seed: 1)).mean(of: values.map { 3 - 2 * $0 }, in: 1...3))
      #expect(abs(other.low - (3 - 2 * interval.high)) < 1e-12 && abs(other.high - (3 - 2 * interval.low)) < 1e-12)
    }
  }

  @Test func changesAreTangos() throws {
    for expected in reference.change {
      let interval = ScoreInterval.change(
        gained: expected.gained, lost: expected.lost, of: expected.count, confidence: 0.95)
      #expect(abs(interval.low - expected.low) < 1e-5 && abs(interval.high - expected.high) < 1e-5, "\(expected)")
      let swapped = ScoreInterval.change(
        gained: expected.lost, lost: expected.gained, of: expected.count, confidence: 0.95)
      #expect(abs(swapped.low + interval.high) < 1e-9 && abs(swapped.high + interval.low) < 1e-9)
      let values =
        [Double](repeating: 1, count: expected.gained) + [Double](repeating: -1, count: expected.lost)
        + [Double](repeating: 0, count: expected.count - expected.gained - expected.lost)
      let mean = try #require(Bootstrap(stream: RandomStream(seed: 1)).mean(of: values, in: -1...1))
      #expect(mean.low == interval.low && mean.high == interval.high)
    }
  }

  /// Where every unit changed one way, or but for one, the ends stay within −1 … 1 and hold the estimate.
  @Test(arguments: [(1, 0, 12), (0, 1, 12), (12, 0, 12), (11, 1, 12), (0, 0, 5), (1, 0, 1), (0, 40, 7_473)])
  func changesAtTheEdgeAreDefined(gained: Int, lost: Int, count: Int) {
    let interval = ScoreInterval.change(gained: gained, lost: lost, of: count, confidence: 0.95)
    let estimate = Double(gained - lost) / Double(count)
    #expect(interval.low >= -1 && interval.high <= 1 && interval.low < interval.high)
    #expect(interval.low <= estimate + 1e-9 && interval.high >= estimate - 1e-9)
  }

  /// Summed over all outcomes, not simulated: at no share from 5 to 95 % does the interval miss its coverage by much.
  @Test(arguments: [60, 200, 500, 1_319])
  func sharesAreCoveredAsOftenAsStated(count: Int) {
    let intervals = (0...count).map { ScoreInterval.share(successes: $0, of: count, confidence: 0.95) }
    for share in stride(from: 0.05, through: 0.95, by: 0.0125) {
      let covered = intervals.indices.reduce(0.0) { total, successes in
        let holds = intervals[successes].low <= share && share <= intervals[successes].high
        return total + (holds ? Binomial.probability(successes, of: count, p: share) : 0)
      }
      #expect(covered > 0.925 && covered < 0.975, "\(share): \(covered)")
    }
  }

  @Test func drawnMeansAreScipys() throws {
    for expected in reference.mean {
      let mean = expected.estimate
      let acceleration = try #require(Acceleration.of([expected.values.map { $0 - mean }]))
      #expect(abs(acceleration - expected.acceleration) < 1e-9)
      let bootstrap = Bootstrap(resamples: 40_000, stream: RandomStream(seed: 5))
      let interval = try #require(bootstrap.mean(of: expected.values, in: -1...1))
      #expect(abs(interval.estimate - mean) < 1e-12)
      // The end at the level p is drawn to √(p (1 − p) / 40,000), some 2 % of the interval.
      let tolerance = 0.025 * (expected.high - expected.low)
      #expect(abs(interval.low - expected.low) < tolerance, "\(interval) \(expected.low)")
      #expect(abs(interval.high - expected.high) < tolerance, "\(interval) \(expected.high)")
    }
  }

  @Test func anyStatisticIsScipys() throws {
    let a = (0..<40).map { $0 < 30 ? 1.0 : 0 }
    let b = (0..<50).map { $0 < 10 ? 1.0 : 0 }
    let bootstrap = Bootstrap(resamples: 20_000, stream: RandomStream(seed: 6))
    let interval = try #require(
      bootstrap.interval(strata: [40, 50]) { draws in
        let easy = draws[0].reduce(0) { $0 + a[$1] } / Double(draws[0].count)
        let hard = draws[1].reduce(0) { $0 + b[$1] } / Double(draws[1].count)
        return (easy - hard) / easy
      })
    let expected = reference.disparity
    #expect(abs(interval.estimate - expected.estimate) < 1e-12)
    #expect(abs(interval.low - expected.low) < 0.01 && abs(interval.high - expected.high) < 0.01)
  }

  @Test func clustersAreScipys() throws {
    let expected = reference.ratio
    let bootstrap = Bootstrap(resamples: 40_000, stream: RandomStream(seed: 7))
    let interval = try #require(bootstrap.ratio(of: expected.sums, to: expected.counts, in: 0...1))
    #expect(abs(interval.estimate - expected.estimate) < 1e-12 && interval.count == 40)
    let tolerance = 0.025 * (expected.high - expected.low)
    #expect(abs(interval.low - expected.low) < tolerance && abs(interval.high - expected.high) < tolerance)

    // The same from single units, in any order of clusters.
    var values: [Double] = []
    var clusters: [Int] = []
    for (cluster, (sum, count)) in zip(expected.sums, expected.counts).enumerated() {
      values += (0..<Int(count)).map { $0 < Int(sum) ? 1 : 0 }
      clusters += [Int](repeating: 1_000 - cluster, count: Int(count))
    }
    #expect(bootstrap.mean(of: values, clusters: clusters, in: 0...1) == interval)
    // Units taken for independent look far more certain.
    let naive = try #require(bootstrap.mean(of: values, in: 0...1))
    #expect(naive.high - naive.low < 0.8 * (interval.high - interval.low))
  }

  @Test func clustersWithoutSpreadGetTheExactBound() throws {
    let bootstrap = Bootstrap(stream: RandomStream(seed: 1))
    let same = try #require(bootstrap.ratio(of: [0, 0, 0], to: [5, 2, 9], in: 0...1))
    #expect(same == bootstrap.mean(of: [0, 0, 0], in: 0...1))
    #expect(bootstrap.ratio(of: [0], to: [0], in: 0...1) == nil)
    #expect(bootstrap.ratio(of: [3, 0], to: [6, 0], in: 0...1)?.count == 1)
    #expect(bootstrap.mean(of: [], clusters: [], in: 0...1) == nil)
  }
}
