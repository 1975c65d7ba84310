import Report
import TestSupport
import Testing

@Suite struct SnapshotTests {
  @Test func theFullReport() throws {
    try expectSnapshot(Self.withoutData(HTMLReport.render(SyntheticReport.full)), "full.html", in: .module)
  }

  @Test func theReportOfGreedyAnswersOnly() throws {
    try expectSnapshot(Self.withoutData(HTMLReport.render(SyntheticReport.greedyOnly)), "greedy-only.html", in: .module)
  }

  @Test func theReportOfNothing() throws {
    try expectSnapshot(Self.withoutData(HTMLReport.render(SyntheticReport.empty)), "empty.html", in: .module)
  }

  @Test func theTerminalSummary() throws {
    let runs = SyntheticReport.full.runs + SyntheticReport.greedyOnly.runs + SyntheticReport.empty.runs
    try expectSnapshot(TerminalSummary.render(runs), "terminal.txt", in: .module)
  }

  /// The files in the page repeat the tables beside them, which `FigureTests` holds them to; only their sizes are kept.
  private static func withoutData(_ page: String) -> String {
    page.replacing(/href="data:([^"]*)"/) {
      "href=\"data:\($0.output.1.prefix(40))… of \($0.output.1.utf8.count) bytes\""
    }
  }
}
