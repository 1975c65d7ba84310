import Report
import Testing

@Suite struct SnapshotTests {
  @Test func theFullReport() throws {
    try expectSnapshot(HTMLReport.render(SyntheticReport.full), "full.html")
  }

  @Test func theReportOfGreedyAnswersOnly() throws {
    try expectSnapshot(HTMLReport.render(SyntheticReport.greedyOnly), "greedy-only.html")
  }

  @Test func theReportOfNothing() throws {
    try expectSnapshot(HTMLReport.render(SyntheticReport.empty), "empty.html")
  }

  @Test func theTerminalSummary() throws {
    let runs = SyntheticReport.full.runs + SyntheticReport.greedyOnly.runs + SyntheticReport.empty.runs
    try expectSnapshot(TerminalSummary.render(runs), "terminal.txt")
  }
}
