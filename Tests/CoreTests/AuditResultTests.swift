import Core
import Foundation
import Testing

@Suite struct AuditResultTests {
  private let result = AuditResult(
    iterations: [1, 2],
    passAt1: [AuditResult.PassAt1(iteration: 1, accuracy: nil, delta: nil)],
    passAtK: [AuditResult.AtK(iteration: 1, k: 2, estimate: nil)],
    majorityAtK: [AuditResult.AtK(iteration: 1, k: 2, estimate: Estimate(estimate: 0.5, low: 0.25, high: 0.75, n: 4))],
    coverage: AuditResult.Coverage(meanCorrect: nil, solvable: nil, recommendedMethod: nil),
    improvementSet: [
      AuditResult.ImprovementSet(
        iteration: 2, size: 1, lostSize: 0, problemIDs: ["a/1"],
        firstIterationPassAtK: [AuditResult.KEstimate(k: 1, estimate: nil)], controlPassAtK: [])
    ],
    diversity: [
      AuditResult.Diversity(
        iteration: 1, stratum: .correct, distinctN: nil, expectationAdjustedDistinctN: nil, semantic: nil,
        distinctEquations: nil)
    ],
    groups: [AuditResult.Group(iteration: 1, group: "Level 1", accuracy: nil)],
    groupDisparity: [AuditResult.GroupDisparity(iteration: 1, estimate: nil)],
    outOfDistribution: nil,
    verdictCounts: [AuditResult.VerdictCounts(iteration: 1, decoding: .greedy, outcomes: [.unparsed])],
    verdict: AuditResult.Verdict(
      overall: .inconclusive,
      axes: [
        AuditResult.Verdict.Axis(
          axis: "pass_at_1", iteration: 2, effect: nil, verdict: .inconclusive, adjustedP: nil)
      ]))

  /// Pins the public format: every key stands there, and what is undefined is null.
  @Test func writesEveryKeyAndExplicitNulls() throws {
    let compact = try result.json().filter { !$0.isWhitespace }
    #expect(
      compact == """
        {"best_iteration":null,\
        "coverage":{"mean_correct":null,"recommended_method":null,"solvable":null},\
        "diversity":[{"distinct_equations":null,"distinct_n":null,"expectation_adjusted_distinct_n":null,\
        "iteration":1,"semantic":null,"stratum":"correct"}],\
        "group_disparity":[{"estimate":null,"iteration":1}],\
        "groups":[{"accuracy":null,"group":"Level1","iteration":1}],\
        "improvement_set":[{"control_pass_at_k":[],"first_iteration_pass_at_k":[{"estimate":null,"k":1}],\
        "iteration":2,"lost_size":0,"problem_ids":["a/1"],"size":1}],\
        "iterations":[1,2],\
        "majority_at_k":[{"estimate":{"estimate":0.5,"high":0.75,"low":0.25,"n":4},"iteration":1,"k":2}],\
        "ood":null,\
        "pass_at_1":[{"accuracy":null,"delta":null,"iteration":1}],\
        "pass_at_k":[{"estimate":null,"iteration":1,"k":2}],\
        "verdict":{"axes":[{"adjusted_p":null,"axis":"pass_at_1","detectable_effect":null,"effect":null,\
        "equivalence":null,"iteration":2,"verdict":"inconclusive"}],"overall":"inconclusive","qualifiers":[],\
        "rule":null,"sharpening":null},\
        "verdict_counts":[{"correct":0,"decoding":"greedy","error":0,"incorrect":0,"iteration":1,"timeout":0,\
        "unparsed":1}]}
        """)
  }

  @Test func readsTheVerdictsOfBefore() throws {
    let older = """
      {"overall":"reversal","axes":[{"axis":"pass_at_1","iteration":2,"effect":null,"verdict":"better","adjusted_p":0.01}]}
      """
    let verdict = try JSONDecoder().decode(AuditResult.Verdict.self, from: Data(older.utf8))
    #expect(verdict.rule == nil && verdict.qualifiers.isEmpty && verdict.sharpening == nil)
    #expect(verdict.axes[0].equivalence == nil && verdict.axes[0].detectableEffect == nil)
    let before = try result.json().replacing(/[ ]*"(best_iteration|verdict_counts)" : (null|\[[^\]]*\]),?\n/, with: "")
    let read = try JSONDecoder().decode(AuditResult.self, from: Data(before.utf8))
    #expect(read.bestIteration == nil && read.verdictCounts == nil)
  }

  @Test func writesTheEvidenceOfAVerdict() throws {
    let estimate = Estimate(estimate: 0.5, low: 0.25, high: 0.75, n: 4)
    let verdict = AuditResult.Verdict(
      overall: .reversal, qualifiers: [.sharpening], rule: "002.2",
      axes: [
        .init(
          axis: "pass_at_1", iteration: 2, effect: estimate, verdict: .better, adjustedP: 0.01,
          equivalence: .init(margin: 0.03, adjustedP: 0.5, isShown: false),
          detectableEffect: .init(corrected: nil, single: 0.25))
      ], sharpening: .init(k: 16, improvementSet: estimate, control: nil, required: 0.875, isFound: true))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let json = String(decoding: try encoder.encode(verdict), as: UTF8.self)
    let half = #"{"estimate":0.5,"high":0.75,"low":0.25,"n":4}"#
    #expect(
      json == """
        {"axes":[{"adjusted_p":0.01,"axis":"pass_at_1","detectable_effect":{"corrected":null,"single":0.25},\
        "effect":\(half),"equivalence":{"adjusted_p":0.5,"margin":0.03,"shown":false},"iteration":2,\
        "verdict":"better"}],"overall":"reversal","qualifiers":["sharpening"],"rule":"002.2",\
        "sharpening":{"control":null,"found":true,"improvement_set":\(half),"k":16,"required":0.875}}
        """)
    #expect(try JSONDecoder().decode(AuditResult.Verdict.self, from: Data(json.utf8)) == verdict)
  }

  /// Of an audit of files nothing is lost when its sources are named.
  @Test func namingTheInputKeepsEverythingElse() throws {
    let estimate = Estimate(estimate: 0.5, low: 0.25, high: 0.75, n: 4)
    let best = AuditResult.BestIteration(iteration: 2, passAt1: estimate, corrected: estimate)
    let result = AuditResult(
      iterations: [1, 2], passAt1: [], bestIteration: best, passAtK: [], majorityAtK: [], coverage: result.coverage,
      improvementSet: [], diversity: [], groups: [], groupDisparity: [], outOfDistribution: nil, verdictCounts: nil,
      verdict: result.verdict)
    let read = result.read(from: [])
    #expect(read.input == [] && read.bestIteration == best)
  }

  @Test func readsWhatItWrites() throws {
    let json = try result.json()
    #expect(try JSONDecoder().decode(AuditResult.self, from: Data(json.utf8)) == result)
    #expect(json.hasSuffix("}\n"))
  }
}
