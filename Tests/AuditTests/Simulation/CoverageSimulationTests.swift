import Audit
import Core
import TestSupport
import Testing

/// 2,000 audits of questions drawn from a population whose true measures are known (PopulationTruth), each through
/// `Auditor.audit`: the 95 % interval of every measure holds the truth in 93 to 97 % of them.
@Suite(.disabled(if: Sanitizer.isOn, "thousands of audits, all of which do alike")) struct CoverageSimulationTests {
  private static let trials = 2_000

  private static let population = Population(
    questionCount: 200, sampleCount: 8,
    models: [
      Population.Model(),
      Population.Model(
        accuracy: { $0 * (1.3 - 0.3 * $0) }, stock: (2, 6), outOfDistribution: { 0.2 + 0.6 * $0 }, surprise: 0.7),
    ])

  /// Every estimate of an audit that has a true value, by name.
  private static func estimates(_ result: AuditResult) -> [String: Estimate?] {
    var estimates: [String: Estimate?] = [
      "coverage mean": result.coverage.meanCorrect, "coverage solvable": result.coverage.solvable,
    ]
    for entry in result.passAt1 {
      estimates["pass@1 \(entry.iteration)"] = entry.accuracy
      if let delta = entry.delta { estimates["pass@1 delta \(entry.iteration)"] = delta }
    }
    for entry in result.passAtK { estimates["pass@\(entry.k) sampled \(entry.iteration)"] = entry.estimate }
    for entry in result.majorityAtK { estimates["majority@\(entry.k) \(entry.iteration)"] = entry.estimate }
    for set in result.improvementSet {
      for entry in set.firstIterationPassAtK { estimates["improvement set pass@\(entry.k)"] = entry.estimate }
      for entry in set.controlPassAtK { estimates["control pass@\(entry.k)"] = entry.estimate }
    }
    for entry in result.diversity {
      let name = "\(entry.stratum.rawValue) \(entry.iteration)"
      estimates["distinct_n \(name)"] = entry.distinctN
      estimates["expectation-adjusted \(name)"] = entry.expectationAdjustedDistinctN
      estimates["distinct_equations \(name)"] = entry.distinctEquations
      estimates["semantic \(name)"] = entry.semantic
    }
    for entry in result.groups { estimates["\(entry.group) \(entry.iteration)"] = entry.accuracy }
    for entry in result.groupDisparity { estimates["group disparity \(entry.iteration)"] = entry.estimate }
    for entry in result.outOfDistribution?.passAt1 ?? [] {
      estimates["ood pass@1 \(entry.iteration)"] = entry.accuracy
      if let delta = entry.delta { estimates["ood pass@1 delta \(entry.iteration)"] = delta }
    }
    if let best = result.bestIteration { estimates["best iteration \(best.iteration)"] = best.corrected }
    for axis in result.verdict.axes { estimates["axis \(axis.axis)"] = axis.effect }
    return estimates
  }

  private static func truths(_ truth: PopulationTruth) -> [String: Double] {
    var truths = [
      "coverage mean": truth.passAt1(0), "coverage solvable": truth.passAtK(0, 8),
      "pass@1 delta 2": truth.passAt1(1) - truth.passAt1(0),
      "ood pass@1 delta 2": truth.outOfDistribution(1) - truth.outOfDistribution(0),
      "axis pass_at_1": truth.passAt1(1) - truth.passAt1(0),
      "axis pass_at_k": truth.passAtK(1, 8) - truth.passAtK(0, 8),
      "axis hard_group_pass_at_1": truth.passAt1(1, level: 2) - truth.passAt1(0, level: 2),
      "axis ood_pass_at_1": truth.outOfDistribution(1) - truth.outOfDistribution(0),
    ]
    let measures = zip(
      PopulationTruth.Diversity.allCases,
      [
        ("distinct_n", "distinct_n"), ("expectation-adjusted", "expectation_adjusted_distinct_n"),
        ("distinct_equations", "distinct_equations"),
      ])
    for (measure, names) in measures {
      for (stratum, isCorrect) in [("correct", true), ("incorrect", false)] {
        for t in 0...1 {
          truths["\(names.0) \(stratum) \(t + 1)"] = truth.diversity(t, measure, isCorrect: isCorrect)
        }
        truths["axis \(names.1)_\(stratum)"] = truth.diversityChange(1, measure, isCorrect: isCorrect)
      }
    }
    for stratum in ["correct", "incorrect"] {
      for t in 0...1 { truths["semantic \(stratum) \(t + 1)"] = truth.semantic(t) }
      truths["axis semantic_\(stratum)"] = truth.semantic(1) - truth.semantic(0)
    }
    for k in [1, 2, 4, 8] {
      truths["improvement set pass@\(k)"] = truth.firstPassAtK(1, k, isGained: true)
      truths["control pass@\(k)"] = truth.firstPassAtK(1, k, isGained: false)
    }
    for t in 0...1 {
      truths["pass@1 \(t + 1)"] = truth.passAt1(t)
      truths["ood pass@1 \(t + 1)"] = truth.outOfDistribution(t)
      truths["group disparity \(t + 1)"] = truth.groupDisparity(t)
      for level in 0...2 { truths["\(Population.levels[level]) \(t + 1)"] = truth.passAt1(t, level: level) }
      for k in [1, 2, 4, 8] {
        truths["pass@\(k) sampled \(t + 1)"] = truth.passAtK(t, k)
        truths["majority@\(k) \(t + 1)"] = truth.majorityAtK(t, k)
      }
    }
    return truths
  }

  /// - Parameter truths: By the names of `estimates`, all of them.
  private func check(
    _ population: Population, seed: UInt64, resamples: Int = 600, embedder: (any SentenceEmbedder)? = nil,
    truths: [String: Double], estimates: @escaping @Sendable (AuditResult) -> [String: Estimate?]
  ) throws {
    let audits = try SimulatedAudit.repeated(
      population, trials: Self.trials, seed: seed, resamples: resamples, embedder: embedder
    ) { result in
      estimates(result).compactMap { name, estimate -> (name: String, isHeld: Bool)? in
        // Of the iteration that was picked.
        guard let truth = truths[name.replacing("best iteration", with: "pass@1")], let estimate else {
          return (name, false)
        }
        return (name, estimate.low <= truth + 1e-12 && truth <= estimate.high + 1e-12)
      }
    }
    var held: [String: Int] = [:]
    for estimate in audits.joined() {
      let name = estimate.name.hasPrefix("best iteration") ? "best iteration" : estimate.name
      held[name, default: 0] += estimate.isHeld ? 1 : 0
    }
    // No measure is forgotten on either side.
    let known = held.filter { $0.key != "best iteration" }
    #expect(Set(known.keys) == Set(truths.keys), "\(Set(truths.keys).symmetricDifference(known.keys).sorted())")
    for (name, count) in held.sorted(by: { $0.key < $1.key }) {
      let share = Double(count) / Double(Self.trials)
      #expect(share >= 0.93 && share <= 0.97, "\(name): \(share)")
    }
  }

  @Test func intervalsHoldTheTruthOfEveryMeasure() throws {
    let truth = PopulationTruth(population: Self.population)
    try check(
      Self.population, seed: 1, embedder: PhraseEmbedder(phrases: Population.equalPhrases),
      truths: Self.truths(truth).merging(MeasureEstimates.truths(truth)) { one, _ in one }
    ) { result in
      Self.estimates(result).merging(MeasureEstimates.estimates(result)) { one, _ in one }
    }
  }

  /// Programs of different lengths that repeat themselves.
  @Test func intervalsHoldTheTruthOfTextMeasures() throws {
    let population = Population(
      questionCount: 80, sampleCount: 4,
      models: [
        Population.Model(), Population.Model(accuracy: { $0 * (1.3 - 0.3 * $0) }, stock: (2, 6)),
      ], hasGroups: false, hasOutOfDistribution: false,
      phrases: (1...9).map { "return 1" + String(repeating: " + 1", count: $0) }, task: "mbpp")
    try check(
      population, seed: 2, truths: TextEstimates.truths(PopulationTruth(population: population)),
      estimates: TextEstimates.estimates)
  }

  /// A second M_1, questions as hard for M_1 as the improved ones, and training rows.
  @Test func intervalsHoldTheTruthOfEveryControl() throws {
    let population = Population(
      questionCount: 200, sampleCount: 4,
      models: [Population.Model(), Population.Model(accuracy: { $0 * (1.3 - 0.3 * $0) })], hasText: false,
      hasGroups: false, hasOutOfDistribution: false, hasControls: true)
    try check(
      population, seed: 3, truths: ControlEstimates.truths(PopulationTruth(population: population)),
      estimates: ControlEstimates.estimates)
  }
}
