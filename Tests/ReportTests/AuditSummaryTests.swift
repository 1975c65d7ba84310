import Core
import Foundation
import Report
import Testing

@Suite struct AuditSummaryTests {
  @Test func theVerdictComesFirstAndEveryMeasureFollows() {
    let text = AuditSummary(SyntheticAudit().audit).text
    let lines = text.split(separator: "\n")
    #expect(
      lines.first?.hasPrefix("Reversal (sharpening): pass@1 rose by 10.0\u{A0}points (95\u{A0}% interval") == true)
    #expect(lines.dropFirst().first?.hasPrefix("Rule 002.2 (design/002-verdict-rule.md). 95 % intervals") == true)
    for label in [
      "measure", "pass@1, greedy", "pass@4, sampled", "majority@4, sampled", "distinct-n, correct",
      "distinct equations", "Level 5", "group disparity", "improved questions", "M_1's pass@1 on improved",
      "coverage of M_1", "OOD pass@1, greedy", "change from M_1  ", "unparsed, timeout, error: greedy",
    ] {
      #expect(lines.contains { $0.hasPrefix(label) }, "\(label)")
    }
    #expect(lines.contains { $0.hasPrefix("pass@1, greedy") && $0.contains("41.6 [38.6, 44.6]") })
    #expect(text.contains("semantic diversity was not measured") && !text.contains("nan"))
  }

  @Test func noVerdictIsFoldedIntoWrong() {
    let row = AuditSummary(SyntheticAudit(iterationCount: 2).audit).text.split(separator: "\n").first {
      $0.hasPrefix("unparsed, timeout, error: greedy")
    }
    #expect(row?.hasSuffix(" 0, 0 of 1000") == true)
  }

  @Test func whatATestCouldSeeStandsBesideWhatItFound() {
    let lines = AuditSummary(SyntheticAudit().audit).text.split(separator: "\n")
    let row = lines.first { $0.hasPrefix("out-of-distribution pass@1") && $0.contains("M_2") }
    #expect(row?.contains("inconclusive") == true && row?.contains("±3.0") == true && row?.hasSuffix("3.9") == true)
  }

  @Test func namesFromFilesCannotSteerTheTerminal() {
    let text = AuditSummary(SyntheticReport.filled(with: "\u{1B}[2Jgroup\u{7}").runs[0].audit).text
    #expect(!text.contains("\u{1B}") && !text.contains("\u{7}"))
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
    let result = SyntheticAudit(iterationCount: 2).audit
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

  @Test func oneIterationHasNothingToCompare() {
    #expect(
      AuditSummary(SyntheticReport.empty.runs[0].audit).text
        .hasPrefix("Inconclusive: One iteration only: there is nothing to compare it with.\n\n95 % intervals"))
  }
}
