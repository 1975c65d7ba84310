import Audit
import Core
import Report
import Testing

@Suite struct MeasureTableTests {
  @Test func theSummaryShowsEveryMeasureAndControl() async throws {
    let result = try Auditor.audit(await MeasuresFixture.input(), seed: 1, resamples: 50)
    #expect(
      result.furtherTables.map(\.page) == [
        "crossover", "support", "cover", "entropy", "text-profile", "exploration", "training-difficulty", "controls",
        "controls", "controls", "contamination",
      ])
    #expect(result.furtherTables.allSatisfy { table in table.rows.allSatisfy { $0.cells.count == 3 } })
    let lines = AuditSummary(result).text.split(separator: "\n")
    for label in [
      "falls below M_1's from k", "of M_1 only, lost", "  either, by chance alone",
      "at least 50 % of the samples correct", "  by guessing, on 10 with choices", "answer entropy, nats",
      "token entropy, nats",
      "repeated 4-grams, correct", "different programs, incorrect", "balance score", "M_1 solves 0–0.2", "Level 3",
      "  at equal length, correct", "M_1's pass@1 above questions as hard", "improved, above a second M_1",
      "pass@4 by guessing", "Guessing, on 10 questions with choices", "questions contaminated", "pass@1 on all others",
    ] {
      #expect(lines.contains { $0.hasPrefix(label) }, "\(label)")
    }
    #expect(lines.contains { $0.hasPrefix("falls below M_1's from k") && $0.contains("none up to 8") })
    #expect(lines.contains { $0.hasPrefix("questions contaminated") && $0.contains("4 of 18") })
  }

  @Test func anAuditWithoutThemShowsNone() throws {
    let result = try Auditor.audit(
      AuditInput(
        problems: Made.problems(2),
        iterations: [AuditInput.Iteration(iteration: 1, completions: Made.greedy([true, false]))]), seed: 1,
      resamples: 10)
    #expect(result.furtherTables.isEmpty)
  }
}
