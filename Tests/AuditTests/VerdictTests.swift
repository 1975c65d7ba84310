import Audit
import Core
import Testing

@Suite struct VerdictRuleTests {
  private typealias Axis = AuditResult.Verdict.Axis

  private func overall(_ findings: [VerdictAxis: Axis.Finding]) -> AuditResult.Verdict.Overall {
    VerdictRule.overall(
      findings.map { Axis(axis: $0.key.rawValue, iteration: 5, effect: nil, verdict: $0.value, adjustedP: nil) })
  }

  @Test(
    arguments: [
      ([:], .inconclusive),
      ([.passAt1: .inconclusive, .passAtK: .worse], .inconclusive),
      ([.passAt1: .better], .progress),
      ([.passAt1: .better, .passAtK: .better, .outOfDistribution: .inconclusive], .progress),
      ([.passAt1: .worse], .regress),
      ([.passAt1: .worse, .passAtK: .better], .regress),
      ([.passAt1: .better, .passAtK: .worse], .reversal),
      ([.passAt1: .better, .outOfDistribution: .worse], .reversal),
      ([.passAt1: .better, .distinctEquationsCorrect: .worse], .reversal),
      ([.passAt1: .better, .distinctNCorrect: .worse, .expectationAdjustedDistinctNCorrect: .worse], .reversal),
      // The loss may be one of length alone.
      ([.passAt1: .better, .distinctNCorrect: .worse], .inconclusive),
      // Incorrect answers that grow alike are a loss, but no reversal by themselves.
      ([.passAt1: .better, .distinctNIncorrect: .worse], .inconclusive),
      ([.passAt1: .better, .hardestGroup: .worse], .reversal),
      ([.passAt1: .inconclusive, .hardestGroup: .worse], .inconclusive),
      ([.sampledPassAt1: .better, .passAtK: .worse], .reversal),
      ([.sampledPassAt1: .worse], .regress),
    ] as [([VerdictAxis: AuditResult.Verdict.Axis.Finding], AuditResult.Verdict.Overall)])
  func followsTheRule(
    findings: [VerdictAxis: AuditResult.Verdict.Axis.Finding], expected: AuditResult.Verdict.Overall
  ) {
    #expect(overall(findings) == expected)
  }

  /// `gained` questions of which M_1's samples cover some; `lost`; and questions that neither solves.
  private func audit(gained: Int, covered: Int, lost: Int, neither: Int, neitherCovered: Int, samples: Int = 16)
    throws -> AuditResult.Verdict
  {
    let count = gained + lost + neither
    func sampled(_ isCovered: (Int) -> Bool) -> [JudgedCompletion] {
      (0..<count).flatMap { question in
        (0..<samples).map { Made.answer(question, .sampled, index: $0, isCorrect: $0 == 0 && isCovered(question)) }
      }
    }
    let first = sampled { $0 < covered || $0 >= gained + lost && $0 < gained + lost + neitherCovered }
    let input = AuditInput(
      problems: Made.problems(count),
      iterations: [
        .init(iteration: 1, completions: Made.greedy((0..<count).map { $0 >= gained && $0 < gained + lost }) + first),
        .init(iteration: 2, completions: Made.greedy((0..<count).map { $0 < gained }) + first),
      ])
    return try Auditor.audit(input, seed: 1, resamples: 200).verdict
  }

  @Test func whatWasCoveredIsSharpening() throws {
    let verdict = try audit(gained: 100, covered: 98, lost: 20, neither: 100, neitherCovered: 40)
    #expect(verdict.overall == .progress && verdict.qualifiers == [.sharpening] && verdict.rule == "002.2")
    let evidence = try #require(verdict.sharpening)
    #expect(evidence.isFound && evidence.k == 16 && evidence.improvementSet.estimate == 0.98)
    #expect(evidence.control?.estimate == 0.4 && abs(evidence.required - 0.84) < 1e-12)
  }

  @Test func sharpeningIsNotSaidWithoutItsEvidence() throws {
    // A tenth of the gain is new, but the interval reaches down to a fifth.
    #expect(try audit(gained: 60, covered: 50, lost: 5, neither: 100, neitherCovered: 20).qualifiers == [])
    // All of the gain beyond chance may be new: 70 of 90 were covered, but 60 are what chance swaps.
    #expect(try audit(gained: 120, covered: 110, lost: 80, neither: 100, neitherCovered: 20).qualifiers == [])
    // M_1 stumbles on everything, gained or not.
    #expect(try audit(gained: 100, covered: 98, lost: 5, neither: 100, neitherCovered: 97).qualifiers == [])
    // Nothing is left that neither solves, to hold it against.
    let alone = try audit(gained: 100, covered: 98, lost: 5, neither: 0, neitherCovered: 0)
    #expect(alone.qualifiers == [] && alone.sharpening?.control == nil && alone.sharpening?.isFound == false)
    // Eight samples cannot say.
    let few = try audit(gained: 100, covered: 98, lost: 5, neither: 100, neitherCovered: 40, samples: 8)
    #expect(few.qualifiers == [] && few.sharpening == nil)
    // Without a gain there is nothing to qualify.
    let loss = try audit(gained: 10, covered: 10, lost: 60, neither: 50, neitherCovered: 5)
    #expect(loss.overall == .regress && loss.qualifiers == [] && loss.sharpening == nil)
  }

  /// 97 of 100 unchanged is not "no change"; 700 of 700 is.
  @Test func noChangeIsShownByEnoughQuestions() throws {
    func axis(_ count: Int) throws -> Axis {
      let answers = Made.greedy((0..<count).map { $0 % 2 == 0 })
      let result = try Auditor.audit(
        AuditInput(
          problems: Made.problems(count),
          iterations: [1, 2].map { AuditInput.Iteration(iteration: $0, completions: answers) }), seed: 1, resamples: 100
      )
      return try #require(result.verdict.axes.first { $0.axis == "pass_at_1" })
    }
    let (few, many) = (try axis(50), try axis(700))
    #expect(few.equivalence?.isShown == false && many.equivalence?.isShown == true)
    #expect(many.equivalence?.margin == 0.03 && many.verdict == .inconclusive)
    // Nothing changed in 700 questions: eight of them all one way would be seen, of which 1.13 % are likely to be six.
    let seen = try #require(many.detectableEffect?.single)
    #expect(abs(seen - 0.01128) < 2e-4 && many.detectableEffect?.corrected == seen)
  }
}
