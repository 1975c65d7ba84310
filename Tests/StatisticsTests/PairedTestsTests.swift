import Randomness
import Statistics
import Testing

/// Expected values: scipy, by Tests/reference/statistics.py.
@Suite struct PairedTestsTests {
  @Test(arguments: [
    (0, 0, 1.0), (1, 0, 1.0), (5, 5, 1.0), (12, 3, 0.03515625), (61, 29, 0.000972760707951367),
    (500, 420, 0.00916276387523132), (37, 36, 1.0), (3, 12, 0.03515625),
  ])
  func mcNemarAgreesWithScipy(gained: Int, lost: Int, expected: Double) {
    #expect(abs(McNemarTest.pValue(gained: gained, lost: lost) - expected) < 1e-11)
  }

  @Test(
    arguments: [
      ([1, 2, 3, 4, 5], 0.0625), ([0.5, -0.25, 0.75, 1.0, -0.1, 0.3, 0.2], 0.109375),
      ([1, 1, 1, -1, 0, 0, 1, 1, 1, 1], 0.0703125), ([0, 0], 1), ([], 1),
    ] as [([Double], Double)])
  func signFlipsAreEnumeratedWhereTheyAreFew(differences: [Double], expected: Double) {
    let p = SignFlipTest.pValue(of: differences, permutations: 1_024, stream: RandomStream(seed: 1))
    #expect(abs(p - expected) < 1e-12)
  }

  /// 40 differences of ±1 have McNemar's p-value, so that drawn flips can be held against an exact number.
  @Test(arguments: [(25, 15), (28, 12), (20, 20)])
  func drawnSignFlipsConvergeToTheExactValue(gained: Int, lost: Int) {
    let differences = [Double](repeating: 1, count: gained) + [Double](repeating: -1, count: lost) + [0, 0, 0]
    let p = SignFlipTest.pValue(of: differences, permutations: 100_000, stream: RandomStream(seed: 2))
    let exact = McNemarTest.pValue(gained: gained, lost: lost)
    // Five standard deviations of a share of 100,000 draws.
    #expect(abs(p - exact) < 5 * (exact * (1 - exact) / 100_000).squareRoot() + 2e-5)
  }

  @Test func aDrawnPValueIsNeverZero() {
    let p = SignFlipTest.pValue(
      of: [Double](repeating: 1, count: 100), permutations: 999, stream: RandomStream(seed: 3))
    #expect(p == 0.001)
  }

  @Test func holmStepsDown() {
    let adjusted = HolmCorrection.adjusted([0.01, 0.04, 0.03, 0.005, 0.5, 0.04])
    for (value, expected) in zip(adjusted, [0.05, 0.12, 0.12, 0.03, 0.5, 0.12]) {
      #expect(abs(value - expected) < 1e-12)
    }
    #expect(HolmCorrection.adjusted([]) == [])
    #expect(HolmCorrection.adjusted([0.9, 0.8]) == [1, 1])
  }
}
