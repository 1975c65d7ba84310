import Statistics
import Testing

/// Expected values: exact fractions, by Tests/reference/statistics.py.
@Suite struct PassAtKTests {
  @Test(arguments: [
    (10, 3, 1, 0.3), (10, 3, 2, 0.5333333333333333), (10, 3, 8, 1.0), (64, 1, 32, 0.5),
    (200, 7, 100, 0.9929911172418123), (1_000, 2, 512, 0.7621061061061061), (8, 0, 8, 0), (8, 8, 1, 1),
  ])
  func isUnbiased(n: Int, c: Int, k: Int, expected: Double) throws {
    let estimate = try #require(PassAtK.estimate(sampleCount: n, correctCount: c, k: k))
    #expect(abs(estimate - expected) < 1e-12)
  }

  @Test(arguments: [(4, 2, 5), (4, 2, 0), (0, 0, 1)])
  func isUndefinedBeyondTheSamples(n: Int, c: Int, k: Int) {
    #expect(PassAtK.estimate(sampleCount: n, correctCount: c, k: k) == nil)
  }

  @Test func laddersAreThePowersOfTwo() {
    #expect(PassAtK.ladder(upTo: 0) == [])
    #expect(PassAtK.ladder(upTo: 1) == [1])
    #expect(PassAtK.ladder(upTo: 50) == [1, 2, 4, 8, 16, 32])
    #expect(PassAtK.ladder(upTo: 64) == [1, 2, 4, 8, 16, 32, 64])
  }
}
