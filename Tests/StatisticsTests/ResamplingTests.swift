import Randomness
import Statistics
import Testing

/// The quick draws of `resampledSum` have the distribution of drawing one index after another.
@Suite struct ResamplingTests {
  /// Sizes whose share of 16 bits is even (8) and most uneven (40,000), and one beyond 16 bits.
  @Test(arguments: [1, 3, 8, 1_319, 40_000, 65_536, 70_000])
  func everyIndexIsDrawnEquallyOften(count: Int) {
    var stream = RandomStream(seed: 3)
    // Values 0, 1, 2, …: a bias towards some indices moves the mean, one towards ends or middle the variance.
    let values = (0..<count).map(Double.init)
    let resamples = 4_000_000 / max(1_000, count)
    let sums = (0..<resamples).map { _ in stream.resampledSum(of: values) / Double(count) }
    let n = Double(count)
    let mean = (n - 1) / 2
    let variance = (n * n - 1) / 12 / n
    let draws = Double(resamples)
    let observed = sums.reduce(0, +) / draws
    #expect(abs(observed - mean) <= 5 * (variance / draws).squareRoot())
    let spread = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / draws
    #expect(abs(spread - variance) <= 6 * variance * (2 / draws).squareRoot() + (count == 3 ? variance * 0.05 : 0))
  }

  /// How often one index is drawn is binomial: all of its distribution, not only its moments.
  @Test func countsOfAnIndexAreBinomial() {
    var stream = RandomStream(seed: 4)
    let resamples = 60_000
    for index in [0, 6, 10] {
      var values = [Double](repeating: 0, count: 11)
      values[index] = 1
      var observed = [Int](repeating: 0, count: 12)
      for _ in 0..<resamples { observed[Int(stream.resampledSum(of: values))] += 1 }
      for times in 0...4 {
        let p = Binomial.probability(times, of: 11, p: 1 / 11)
        let deviation = (p * (1 - p) * Double(resamples)).squareRoot()
        #expect(abs(Double(observed[times]) - p * Double(resamples)) < 5 * deviation, "\(index) \(times)")
      }
    }
  }
}
