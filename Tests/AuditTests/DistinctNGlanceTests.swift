import Audit
import Core
import Testing

/// The look at a run gives what the audit gives on the same answers.
@Suite struct DistinctNGlanceTests {
  @Test func theLookAgreesWithTheAudit() throws {
    let texts = [
      ["She sold 4 + 4 = 8 clips.", "She sold 8 clips in all, 4 and 4.", "8"], ["It is 3.", "It is 3."], ["alone"],
      ["a b c d e f g", "a b c d e f g h"],
    ]
    let problems = texts.indices.map { Problem(id: ProblemID("q\($0)"), task: "t", question: "?", reference: "1") }
    let completions = zip(problems, texts).flatMap { problem, texts in
      texts.enumerated().map { index, text in
        JudgedCompletion(
          completion: Completion(problemID: problem.id, sampleIndex: index, decoding: .sampled, text: text),
          verdict: Verdict(.correct))
      }
    }
    let audit = try Auditor.audit(
      AuditInput(problems: problems, iterations: [.init(iteration: 1, completions: completions)]), seed: 1,
      resamples: 10)
    let expected = try #require(audit.diversity.first { $0.stratum == .correct }?.distinctN)
    let mean = try #require(DistinctNGlance.mean(texts))
    #expect(abs(mean - expected.estimate) < 1e-12 && expected.n == 3)
  }

  @Test(arguments: [[], [["alone"]], [["", ""]], [["", " "], ["x"]]] as [[[String]]])
  func whereNothingIsToCompareItIsUndefined(questions: [[String]]) {
    #expect(DistinctNGlance.mean(questions) == nil)
  }
}
