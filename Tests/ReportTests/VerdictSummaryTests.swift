import Core
import Report
import Testing

@Suite struct VerdictSummaryTests {
  private typealias Axis = AuditResult.Verdict.Axis

  private func audit(
    _ overall: AuditResult.Verdict.Overall, _ axes: [(String, Double?, Axis.Finding)], passAt1: [Double] = [0.4, 0.5]
  ) -> AuditResult {
    let last = passAt1.count
    func estimate(_ value: Double) -> Estimate {
      Estimate(estimate: value, low: value - 0.02, high: value + 0.03, n: 100)
    }
    return AuditResult(
      iterations: Array(1...last),
      passAt1: passAt1.enumerated().map { .init(iteration: $0 + 1, accuracy: estimate($1), delta: nil) }, passAtK: [],
      majorityAtK: [], coverage: .init(meanCorrect: nil, solvable: nil, recommendedMethod: nil), improvementSet: [],
      diversity: [], groups: [], groupDisparity: [], outOfDistribution: nil,
      verdictCounts: nil,
      verdict: .init(
        overall: overall,
        axes: axes.map {
          .init(axis: $0, iteration: last, effect: $1.map(estimate), verdict: $2, adjustedP: 0.01)
        }))
  }

  @Test func aReversalSetsGainAgainstLoss() {
    let summary = VerdictSummary(
      audit(.reversal, [("pass_at_1", 0.095, .better), ("distinct_n_correct", -0.08, .worse)]))
    #expect(summary.word == "reversal")
    #expect(
      summary.findings
        == "pass@1 rose by 9.5\u{A0}points (95\u{A0}% interval 7.5 to 12.5) from M₁ to M₂, while distinct-n of correct "
        + "answers fell by 0.080 (0.050 to 0.100).")
  }

  @Test func aRegressNamesWhatGotWorseAndWhatIsOpen() {
    let summary = VerdictSummary(
      audit(
        .regress,
        [
          ("pass_at_1", -0.05, .worse), ("ood_pass_at_1", -0.1, .worse), ("diversity_correct", 0.01, .inconclusive),
          ("group_disparity", nil, .inconclusive),
        ], passAt1: [0.4, 0.45, 0.35]))
    #expect(
      summary.findings
        == "pass@1 fell by 5.0\u{A0}points (95\u{A0}% interval 2.0 to 7.0) from M₁ to M₃. Also worse: "
        + "out-of-distribution pass@1 fell by 10.0\u{A0}points (7.0 to 12.0). Undecided with this many questions: "
        + "diversity of correct answers. pass@1 was highest at M₂: 45.0\u{A0}% (43.0 to 48.0).")
  }

  @Test func anInconclusiveChangeIsNotCalledAGain() {
    let summary = VerdictSummary(audit(.inconclusive, [("pass_at_1", 0.01, .inconclusive)]))
    #expect(
      summary.findings
        == "pass@1 changed by +1.0\u{A0}points (95\u{A0}% interval −1.0 to 4.0, not distinguishable from no change) "
        + "from M₁ to M₂.")
  }

  @Test func withoutGreedyAnswersTheRestIsStillTold() {
    let summary = VerdictSummary(audit(.inconclusive, [("diversity_correct", -0.1, .worse)]))
    #expect(
      summary.findings
        == "pass@1 was not compared, as answers of both iterations are missing. Also worse: diversity of correct answers "
        + "fell by 0.100 (0.070 to 0.120).")
  }

  @Test func sampledAccuracyStandsInForGreedy() {
    let summary = VerdictSummary(
      audit(
        .inconclusive,
        [
          ("sampled_pass_at_1", 0.1, .better), ("distinct_n_incorrect", -0.1, .worse),
          ("expectation_adjusted_distinct_n_correct", 0.1, .better),
        ]))
    #expect(
      summary.findings
        == "sampled pass@1 rose by 10.0\u{A0}points (95\u{A0}% interval 8.0 to 13.0) from M₁ to M₂. Also better: "
        + "expectation-adjusted distinct-n of correct answers. Also worse: distinct-n of incorrect answers. That alone "
        + "does not make a reversal.")
  }

  @Test func progressNamesWhatWasNotMeasured() {
    let summary = VerdictSummary(
      audit(
        .progress, [("pass_at_1", 0.1, .better), ("pass_at_k", 0.1, .better), ("ood_pass_at_1", nil, .inconclusive)]))
    #expect(
      summary.findings
        == "pass@1 rose by 10.0\u{A0}points (95\u{A0}% interval 8.0 to 13.0) from M₁ to M₂. Also better: pass@k rose by "
        + "10.0\u{A0}points (8.0 to 13.0). A reversal would not be seen in what was not measured: distinct-n of correct "
        + "answers and out-of-distribution pass@1.")
  }

  private func axis(
    _ name: String, _ effect: Double, shown: Bool = false, detectable: Double? = nil
  ) -> Axis {
    Axis(
      axis: name, iteration: 2, effect: Estimate(estimate: effect, low: effect - 0.02, high: effect + 0.02, n: 500),
      verdict: .inconclusive, adjustedP: 0.4, equivalence: .init(margin: 0.03, adjustedP: 0.01, isShown: shown),
      detectableEffect: .init(corrected: detectable, single: nil))
  }

  private func findings(_ verdict: AuditResult.Verdict) -> VerdictSummary {
    let plain = audit(verdict.overall, [])
    return VerdictSummary(
      AuditResult(
        iterations: plain.iterations, passAt1: plain.passAt1, passAtK: [], majorityAtK: [], coverage: plain.coverage,
        improvementSet: [], diversity: [], groups: [], groupDisparity: [], outOfDistribution: nil, verdictCounts: nil,
        verdict: verdict))
  }

  @Test func whatWasNotFoundIsToldWithWhatCouldHaveBeen() {
    let summary = findings(
      .init(
        overall: .inconclusive,
        axes: [axis("pass_at_1", 0.01, detectable: 0.0312), axis("pass_at_k", 0, shown: true), axis("x_y", 0)]))
    #expect(
      summary.findings
        == "pass@1 changed by +1.0\u{A0}points (95\u{A0}% interval −1.0 to 3.0, not distinguishable from no change) from "
        + "M₁ to M₂. With 500 questions a change of pass@1 below 3.1\u{A0}points is missed more often than one time in "
        + "five. Shown to be unchanged: pass@k (within ±3.0\u{A0}points). Undecided with this many questions: x y.")
  }

  @Test func sharpeningStandsBesideTheWordWithItsEvidence() {
    let estimate = Estimate(estimate: 0.97, low: 0.94, high: 0.99, n: 80)
    let verdict = AuditResult.Verdict(
      overall: .progress, qualifiers: [.sharpening], axes: [],
      sharpening: .init(
        k: 64, improvementSet: estimate, control: Estimate(estimate: 0.5, low: 0.4, high: 0.6, n: 90), required: 0.87,
        isFound: true))
    let summary = findings(verdict)
    #expect(summary.word == "progress (sharpening)")
    #expect(
      summary.findings.contains(
        "Sharpening: on the questions gained from M₁ to M₂, pass@64 of M₁ was already 97.0\u{A0}% (94.0 to 99.0), against "
          + "50.0\u{A0}% (40.0 to 60.0) where neither solves."))
  }

  @Test func oneIterationHasNothingToCompare() {
    #expect(
      VerdictSummary(audit(.inconclusive, [], passAt1: [0.4])).findings
        == "One iteration only: there is nothing to compare it with.")
  }
}
