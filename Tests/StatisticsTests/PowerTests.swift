import Randomness
import Statistics
import Testing

/// Expected values: ReferenceValues.
@Suite struct PowerTests {
  private let reference: ReferenceValues

  init() throws { reference = try ReferenceValues.read() }

  @Test func normalQuantilesAreScipys() {
    for expected in reference.normal {
      let z = Normal.quantile(expected.probability)
      #expect(abs(z - expected.z) < 1e-9)
      #expect(abs(Normal.cumulative(z) / expected.probability - 1) < 1e-9)
    }
  }

  @Test func studentsTailsAreScipys() {
    for expected in reference.student {
      let tail = StudentT.upperTail(expected.t, degreesOfFreedom: expected.df)
      #expect(abs(tail - expected.tail) <= 1e-10 * max(expected.tail, 1e-3), "\(expected)")
    }
    for expected in reference.studentQuantile {
      let t = StudentT.quantile(expected.probability, degreesOfFreedom: expected.df)
      #expect(abs(t - expected.t) < 1e-9 * max(1, abs(expected.t)), "\(expected) \(t)")
    }
    #expect(StudentT.upperTail(.infinity, degreesOfFreedom: 3) == 0)
    #expect(StudentT.upperTail(-.infinity, degreesOfFreedom: 3) == 1)
  }

  @Test func equivalenceIsTwoOneSidedTests() throws {
    for expected in reference.equivalence {
      let p = try #require(
        EquivalenceTest.pValue(of: expected.differences, margin: expected.margin, limit: 1))
      #expect(abs(p - expected.p) < 1e-9)
    }
  }

  @Test func equalDifferencesAreJudgedByTheirNumber() throws {
    func p(_ value: Double, _ count: Int) -> Double? {
      EquivalenceTest.pValue(of: [Double](repeating: value, count: count), margin: 0.03, limit: 1)
    }
    #expect(p(0, 0) == nil)
    let hundred = try #require(p(0, 100))
    #expect(abs(hundred - 0.04755250792540563) < 1e-12)  // 0.97¹⁰⁰
    let fifty = try #require(p(0, 50))
    #expect(fifty > 0.05 && p(0.03, 1_000) == 1 && p(-0.5, 1_000) == 1)
  }

  @Test func mcNemarsPowerIsExact() {
    for expected in reference.power {
      let power = McNemarPower(pairs: expected.pairs, significance: expected.alpha).power(
        effect: expected.effect, discordantRate: expected.rate)
      #expect(abs(power - expected.power) < 1e-9, "\(expected) \(power)")
    }
  }

  @Test func theDetectableEffectIsWhereThePowerIsReached() throws {
    for expected in reference.detectable {
      let effect = McNemarPower(pairs: expected.pairs, significance: expected.alpha)
        .detectableEffect(discordantRate: expected.rate)
      #expect((effect == nil) == (expected.effect == nil))
      if let effect, let wanted = expected.effect { #expect(abs(effect - wanted) < 2e-5, "\(expected) \(effect)") }
    }
    for expected in reference.meanDetectable {
      let effect = try #require(
        MeanPower.detectableEffect(
          standardDeviation: expected.sd, count: expected.count, significance: expected.alpha))
      #expect(abs(effect - expected.effect) < 1e-12)
      let power = MeanPower.power(
        effect: effect, standardDeviation: expected.sd, count: expected.count, significance: expected.alpha)
      #expect(abs(power - 0.8) < 1e-3)
    }
  }

  @Test func whatNoTestCanReachIsNil() {
    #expect(MeanPower.detectableEffect(standardDeviation: 0, count: 100, significance: 0.05) == nil)
    #expect(MeanPower.detectableEffect(standardDeviation: 1, count: 5, significance: 0.05) == nil)
    #expect(MeanPower.detectableEffect(standardDeviation: 1, count: 6, significance: 0.05) != nil)
    #expect(McNemarPower(pairs: 0, significance: 0.05).detectableEffect(discordantRate: 0.2) == nil)
    #expect(McNemarPower(pairs: 10, significance: 0.05).power(effect: 0, discordantRate: 0) == 0)
  }

  @Test func testsAreScipys() {
    for expected in reference.mcnemar {
      #expect(abs(McNemarTest.pValue(gained: expected.gained, lost: expected.lost) - expected.p) < 1e-12)
    }
    for expected in reference.holm {
      for (value, wanted) in zip(HolmCorrection.adjusted(expected.p), expected.adjusted) {
        #expect(abs(value - wanted) < 1e-12)
      }
    }
  }

  /// Differences of a skewed distribution: sign flips find the effect as often as the normal approximation says.
  @Test func signFlipsHaveTheStatedPower() throws {
    let (count, trials) = (80, 2_000)
    // 1 with probability 0.2, else 0: a standard deviation of 0.4 around the mean.
    let effect = try #require(
      MeanPower.detectableEffect(standardDeviation: 0.4, count: count, significance: 0.05))
    var stream = RandomStream(seed: 12, "power")
    let found = (0..<trials).count { trial in
      let differences = (0..<count).map { _ in (stream.uniform() < 0.2 ? 1 : 0) - 0.2 + effect }
      return SignFlipTest.pValue(of: differences, permutations: 999, stream: RandomStream(seed: 13).child(trial)) < 0.05
    }
    #expect(abs(Double(found) / Double(trials) - 0.8) < 0.05, "\(found)")
  }
}
