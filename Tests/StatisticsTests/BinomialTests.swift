import Statistics
import Testing

/// Expected values: scipy, by Tests/reference/statistics.py.
@Suite struct BinomialTests {
  @Test(arguments: [
    (0, 10, 0.3, 0.0282475249, 0.0282475249), (3, 10, 0.3, 0.2668279319999998, 0.6496107184000002),
    (10, 10, 0.3, 5.9048999999999975e-06, 1.0), (250, 1_000, 0.25, 0.02912410588370509, 0.5169865459091718),
    (0, 5, 0.0, 1.0, 1.0), (5, 5, 1.0, 1.0, 1.0),
  ])
  func agreesWithScipy(k: Int, n: Int, p: Double, mass: Double, cumulative: Double) {
    #expect(abs(Binomial.probability(k, of: n, p: p) - mass) <= 1e-11 * mass)
    #expect(abs(Binomial.cumulative(k, of: n, p: p) - cumulative) <= 1e-11)
  }

  @Test func outsideItsSupportNothingHappens() {
    #expect(Binomial.probability(-1, of: 3, p: 0.5) == 0)
    #expect(Binomial.probability(4, of: 3, p: 0.5) == 0)
    #expect(Binomial.cumulative(-1, of: 3, p: 0.5) == 0)
    #expect(Binomial.logCoefficient(3, 4) == -.infinity)
  }

  @Test func largeCountsStayFinite() {
    #expect(abs(Binomial.logCoefficient(5_000, 2) - 16.3410) < 1e-3)  // ln 12,497,500
  }
}
