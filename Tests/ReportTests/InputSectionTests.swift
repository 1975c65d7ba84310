import Core
import Report
import Testing

@Suite struct InputSectionTests {
  private static func input(_ iteration: Int, unknownRows: Int = 0, filter: String? = nil) -> AuditResult.Input {
    AuditResult.Input(
      iteration: iteration, isOutOfDistribution: iteration > 1, files: ["M\(iteration).jsonl", "greedy.jsonl"],
      formats: ["lm-eval", "lm-eval"], judgements: ["strict-match"], rows: 5_000, greedy: 1_300, sampled: 3_700,
      judgedByFile: 1_300, assumedDecodings: ["greedy.jsonl: greedy"], problems: 1_319, problemsWithoutGreedy: 19,
      problemsWithoutSamples: 0, smallestSampleCount: 2, largestSampleCount: 3, unknownProblems: unknownRows / 2,
      unknownRows: unknownRows, failedRows: 0, ignoredFilters: filter.map { [.init(name: $0, rows: 1_300)] } ?? [])
  }

  private func page(_ inputs: [AuditResult.Input]) -> String {
    HTMLReport.render(
      ReportInput(title: "t", runs: [.init(method: "m", audit: SyntheticAudit().audit.read(from: inputs))]))
  }

  @Test func whatWasReadIsShown() throws {
    let page = page([Self.input(1, unknownRows: 4, filter: "a<b"), Self.input(2)])
    _ = try PageStructure(page)
    for text in [
      "M1.jsonl, greedy.jsonl", "lm-eval; judgement of strict-match; greedy.jsonl: greedy assumed", "1,300", "2–3",
      "19 of 1,319", "4 of 2 unknown problems, 1,300 of filter a&lt;b", "M₂, out of distribution",
    ] {
      #expect(page.contains(text), "\(text)")
    }
  }

  @Test func aRunsOwnAnswersNeedNoSuchSection() {
    #expect(!HTMLReport.render(SyntheticReport.full).contains("What was read"))
  }
}
