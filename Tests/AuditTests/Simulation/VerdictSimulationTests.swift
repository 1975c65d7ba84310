import Audit
import Core
import Statistics
import TestSupport
import Testing

/// Verdicts on simulated models whose truth is known: false ones stay within the error rate, and planted changes are found
/// with the power that is stated for them.
@Suite(.disabled(if: Sanitizer.isOn, "thousands of audits, all of which do alike")) struct VerdictSimulationTests {
  private static let trials = 2_000
  private static let greedyCount = 150
  /// Four standard deviations of a share of 0.8 among 2,000.
  private static let powerError = 4 * (0.8 * 0.2 / Double(trials)).squareRoot()

  /// The same model three times, on every axis there is. A difference on any is false, and Holm bounds their chance by 5 %.
  @Test func underTheNullTheVerdictIsInconclusive() throws {
    let population = Population(
      questionCount: 40, sampleCount: 4, models: [Population.Model](repeating: Population.Model(), count: 3))
    let found = try SimulatedAudit.repeated(population, trials: Self.trials, seed: 2, resamples: 50) { result in
      (
        isVerdict: result.verdict.overall != .inconclusive,
        isAxis: result.verdict.axes.contains { $0.verdict != .inconclusive },
        axes: result.verdict.axes.count { $0.adjustedP != nil }
      )
    }
    #expect(found.allSatisfy { $0.axes == 20 })
    #expect(found.count(where: \.isVerdict) <= Self.trials / 20)
    #expect(found.count(where: \.isAxis) <= Self.trials / 20)
  }

  /// Greedy answers only, so that pass@1 and OOD pass@1 are the two axes. `lift` is a share of the wrong answers made right
  /// and `fall` one of the right answers made wrong, in distribution and out of it.
  private func greedy(_ change: (lift: Double, fall: Double), ood: (lift: Double, fall: Double)) -> Population {
    Population(
      questionCount: Self.greedyCount, sampleCount: 0,
      models: [
        Population.Model(),
        Population.Model(
          accuracy: { $0 * (1 - change.fall) + (1 - $0) * change.lift },
          outOfDistribution: { $0 * (1 - ood.fall) + (1 - $0) * ood.lift }),
      ], hasText: false, hasGroups: false)
  }

  /// With p uniform, M_1 right with p and M_2 with q = p (1 − fall) + (1 − p) lift, each by its own chance.
  private func discordance(_ change: (lift: Double, fall: Double)) -> (rate: Double, effect: Double) {
    let steps = 2_000
    let sums = (0..<steps).reduce((0.0, 0.0)) { sums, step in
      let p = (Double(step) + 0.5) / Double(steps)
      let q = p * (1 - change.fall) + (1 - p) * change.lift
      return (sums.0 + (p * (1 - q) + q * (1 - p)) / Double(steps), sums.1 + (q - p) / Double(steps))
    }
    return sums
  }

  /// The change of the given kind that is found with probability 0.8 at `significance`, by the exact power of the test.
  private func planted(significance: Double, _ change: (Double) -> (lift: Double, fall: Double)) throws
    -> (lift: Double, fall: Double)
  {
    let test = McNemarPower(pairs: Self.greedyCount, significance: significance)
    var (low, high) = (0.0, 1.0)
    while high - low > 1e-6 {
      let (rate, effect) = discordance(change((low + high) / 2))
      let power = test.power(effect: effect, discordantRate: rate)
      if power >= 0.8 { high = (low + high) / 2 } else { low = (low + high) / 2 }
    }
    return change(high)
  }

  private func verdicts(_ population: Population, seed: UInt64) throws -> [AuditResult.Verdict.Overall: Int] {
    try SimulatedAudit.repeated(population, trials: Self.trials, seed: seed, resamples: 20) { $0.verdict.overall }
      .reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// pass@1 rises beyond doubt, and OOD accuracy falls by what its test, left alone by Holm at 0.05, finds with power 0.8.
  @Test func aPlantedReversalIsFoundWithTheStatedPower() throws {
    let fall = try planted(significance: 0.05) { (lift: 0, fall: $0) }
    let found = try verdicts(greedy((lift: 0.6, fall: 0), ood: fall), seed: 3)
    let share = Double(found[.reversal, default: 0]) / Double(Self.trials)
    #expect(abs(share - 0.8) < Self.powerError)
    #expect(found[.regress] == nil)
  }

  /// One change among two axes must pass Holm's first step, at 0.05 / 2.
  @Test(arguments: [true, false])
  func plantedProgressAndRegressAreFoundWithTheStatedPower(isProgress: Bool) throws {
    let change = try planted(significance: 0.025) { isProgress ? (lift: $0, fall: 0) : (lift: 0, fall: $0) }
    let found = try verdicts(greedy(change, ood: (0, 0)), seed: isProgress ? 4 : 5)
    let share = Double(found[isProgress ? .progress : .regress, default: 0]) / Double(Self.trials)
    #expect(abs(share - 0.8) < Self.powerError)
    #expect(found[isProgress ? .regress : .progress, default: 0] <= Self.trials / 200)
  }

  /// What an audit says that it could have found is, on average, what could be found.
  @Test func theDetectableEffectIsTheTrueOne() throws {
    let population = greedy((lift: 0.1, fall: 0), ood: (0, 0))
    let said = try SimulatedAudit.repeated(population, trials: 200, seed: 6, resamples: 20) {
      $0.verdict.axes[0].detectableEffect?.corrected ?? .nan
    }
    let truth = try #require(
      McNemarPower(pairs: Self.greedyCount, significance: 0.025)
        .detectableEffect(discordantRate: discordance((lift: 0.1, fall: 0)).rate))
    #expect(abs(said.reduce(0, +) / 200 / truth - 1) < 0.01)
  }

  private let better: @Sendable (Double) -> Double = { 0.25 + 0.75 * $0 }

  private func verdict(
    _ models: [Population.Model], questions: Int = 250, samples: Int = 8, seed: UInt64, ood: Bool = false
  ) throws -> AuditResult {
    let population = Population(
      questionCount: questions, sampleCount: samples, models: models, hasOutOfDistribution: ood)
    return try SimulatedAudit.repeated(population, trials: 1, seed: seed, resamples: 200) { $0 }[0]
  }

  @Test func aGainWithCollapsedAnswersIsAReversal() throws {
    let result = try verdict([.init(), .init(accuracy: better, stock: (1, 2))], seed: 1)
    #expect(result.verdict.overall == .reversal)
    let worse = Set(result.verdict.axes.filter { $0.verdict == .worse }.map(\.axis))
    #expect(worse.isSuperset(of: ["distinct_n_correct", "distinct_equations_correct"]))
  }

  /// Right nearly always where it was likely, never where it was unlikely.
  @Test func aGainThatOnlySharpensIsAReversalOfPassAtK() throws {
    let result = try verdict([.init(), .init(accuracy: { $0 < 0.3 ? 0 : 0.98 })], questions: 400, samples: 16, seed: 2)
    #expect(result.verdict.overall == .reversal && result.verdict.qualifiers == [.sharpening])
    #expect(result.verdict.axes.first { $0.axis == "pass_at_k" }?.verdict == .worse)
  }

  /// What M_1 never answered right is learnt, whatever else is sharpened.
  @Test func aGainOfNewQuestionsIsNotSharpening() throws {
    let first: @Sendable (Double) -> Double = { $0 < 0.5 ? 0 : $0 }
    let result = try verdict(
      [.init(accuracy: first), .init(accuracy: { $0 < 0.5 ? 0.6 : $0 })], questions: 400, samples: 16, seed: 3)
    #expect(result.verdict.overall == .progress && result.verdict.qualifiers == [])
    #expect(result.verdict.sharpening?.isFound == false)
  }

  @Test func aGainLostOutOfDistributionIsAReversal() throws {
    let result = try verdict(
      [.init(), .init(accuracy: better, outOfDistribution: { 0.6 * $0 })], samples: 4, seed: 3, ood: true)
    #expect(result.verdict.overall == .reversal)
  }

  @Test func aGainLostOnTheHardestIsAReversal() throws {
    let result = try verdict(
      [.init(), .init(accuracy: { $0 < 0.45 ? 0 : 1 })], questions: 3_000, samples: 0, seed: 4)
    #expect(result.verdict.overall == .reversal)
    #expect(result.verdict.axes.first { $0.axis == "hard_group_pass_at_1" }?.verdict == .worse)
  }

  /// The correct stratum grows from few to many answers a question: counted without matching, distinct-n would fall.
  @Test func aPlainGainIsProgressAlthoughTheStratumGrows() throws {
    let result = try verdict([.init(), .init(accuracy: better)], seed: 4)
    let correct = result.diversity.filter { $0.stratum == .correct }.compactMap(\.distinctN)
    #expect(correct.count == 2 && correct[1].estimate < correct[0].estimate - 0.01)
    #expect(result.verdict.overall == .progress)
  }

  @Test func aLossIsRegress() throws {
    #expect(try verdict([.init(accuracy: better), .init()], samples: 4, seed: 5).verdict.overall == .regress)
  }

  /// Only the last iteration decides, whatever happened on the way.
  @Test func theLastIterationDecides() throws {
    let result = try verdict([.init(), .init(accuracy: better), .init()], samples: 4, seed: 6)
    #expect(result.verdict.axes.contains { $0.iteration == 2 && $0.axis == "pass_at_1" && $0.verdict == .better })
    #expect(result.verdict.overall == .inconclusive)
  }
}
