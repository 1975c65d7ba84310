import Audit
import Core
import Foundation
import Testing

@Suite struct SummaryTests {
  @Test func theVerdictComesFirstAndEveryMeasureFollows() async throws {
    let text = AuditSummary(try Auditor.audit(await Fixture.input(), seed: 1, resamples: 50)).text
    let lines = text.split(separator: "\n")
    #expect(lines.first?.hasPrefix("Inconclusive: from M_1 to M_3, greedy pass@1 changed by +25.0 [") == true)
    for label in [
      "measure", "pass@1, greedy", "pass@4, sampled", "majority@4, sampled", "distinct-n, correct",
      "distinct equations",
      "Level 10", "group disparity", "improved questions", "M_1's pass@1 on improved", "coverage of M_1",
    ] {
      #expect(lines.contains { $0.hasPrefix(label) }, "\(label)")
    }
    #expect(lines.contains { $0.hasPrefix("pass@1, greedy") && $0.contains("58.3 [") && $0.contains("83.3 [") })
    #expect(!text.contains("semantic") && !text.contains("nan") && !text.contains("OOD"))
  }

  @Test func progressNamesWhatWasNotMeasured() throws {
    let axis = AuditResult.Verdict.Axis(
      axis: "pass_at_1", iteration: 2, effect: Estimate(estimate: 0.1, low: 0.05, high: 0.15, n: 100),
      verdict: .better, adjustedP: 0.001)
    #expect(
      VerdictSentence(AuditResult.Verdict(overall: .progress, axes: [axis])).text == """
        Progress: from M_1 to M_2, greedy pass@1 changed by +10.0 [+5.0, +15.0] points, and nothing else that was \
        measured became worse. Not measured, so a reversal there would not be seen: pass@k, distinct-n of correct \
        answers and OOD greedy pass@1.
        """)
  }

  @Test func noVerdictIsFoldedIntoWrong() throws {
    let outcomes: [Verdict.Outcome] = [.correct, .incorrect, .unparsed, .unparsed, .timeout, .error]
    let answers = outcomes.enumerated().map { index, outcome in
      JudgedCompletion(
        completion: Completion(problemID: ProblemID("q\(index)"), sampleIndex: 0, decoding: .greedy, text: ""),
        verdict: Verdict(outcome))
    }
    let result = try Auditor.audit(
      AuditInput(problems: Made.problems(6), iterations: [.init(iteration: 1, completions: answers)]), seed: 1)
    let counts = try #require(result.verdictCounts?.first)
    #expect(result.verdictCounts?.count == 1 && counts.decoding == .greedy && counts.total == 6)
    #expect(Verdict.Outcome.allCases.map { counts[$0] } == [1, 1, 2, 1, 1])
    let row = AuditSummary(result).text.split(separator: "\n").first {
      $0.hasPrefix("unparsed, timeout, error: greedy")
    }
    #expect(row?.hasSuffix("2, 1, 1 of 6") == true)
    // A file of before has no counts, and is still read.
    let older = try result.json().replacing(/[ ]*"verdict_counts" : \[[^\]]*\],?\n/, with: "")
    #expect(try JSONDecoder().decode(AuditResult.self, from: Data(older.utf8)).verdictCounts == nil)
  }

  @Test func whatWasReadIsShown() throws {
    func input(_ iteration: Int, _ largest: Int, unknownRows: Int) -> AuditResult.Input {
      AuditResult.Input(
        iteration: iteration, isOutOfDistribution: false, files: ["a"], formats: ["lm-eval", "lm-eval"],
        judgements: ["strict-match"], rows: 9, greedy: 2, sampled: 5, judgedByFile: 2, assumedDecodings: [],
        problems: 2,
        problemsWithoutGreedy: 0, problemsWithoutSamples: 0, smallestSampleCount: 2, largestSampleCount: largest,
        unknownProblems: 1, unknownRows: unknownRows, failedRows: 0, ignoredFilters: [])
    }
    let result = try Auditor.audit(
      AuditInput(
        problems: Made.problems(2), iterations: [.init(iteration: 1, completions: Made.greedy([true, false]))]),
      seed: 1)
    let text = AuditSummary(result.read(from: [input(1, 2, unknownRows: 0), input(2, 3, unknownRows: 7)])).text
    #expect(
      text.hasSuffix(
        """
        answers read                                  M_1           M_2
        format                                    lm-eval       lm-eval
        judgement of                         strict-match  strict-match
        greedy                                          2             2
        sampled                                         5             5
          judged by their file                          2             2
        samples a problem                               2           2–3
        left out: rows for unknown problems             0             7

        """))
    #expect(!AuditSummary(result).text.contains("answers read"))
    // The file's key is there where files were read, and an older file without it is still read.
    #expect(try !result.json().contains("\"input\""))
    let again = try JSONDecoder().decode(
      AuditResult.self, from: Data(result.read(from: [input(1, 2, unknownRows: 0)]).json().utf8))
    #expect(again.input?.first?.judgements == ["strict-match"])
  }

  @Test func oneIterationHasNoVerdict() throws {
    let result = try Auditor.audit(
      AuditInput(
        problems: Made.problems(2),
        iterations: [AuditInput.Iteration(iteration: 1, completions: Made.greedy([true, false]))]), seed: 1)
    #expect(result.verdict == AuditResult.Verdict(overall: .inconclusive, axes: []))
    #expect(AuditSummary(result).text.hasPrefix("Inconclusive: there is no later iteration to compare with M_1.\n"))
  }
}
