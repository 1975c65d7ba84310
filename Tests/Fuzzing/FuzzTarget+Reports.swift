import Core
import Foundation
import Report

extension FuzzTarget {
  /// An `audit.json` of anybody's, and every report that is made of it.
  static let reports = [
    FuzzTarget("audit-result", dictionary: "json") { _ in
      { input in
        let audit = try AuditResult.read(Data(input), file: "audit.json")
        let report = ReportInput(
          title: "Audit",
          runs: ["a", "b"].map { .init(method: $0, audit: audit, group: "a") } + [.init(method: "c", audit: audit)])
        guard try AuditResult.read(Data(audit.json().utf8), file: "audit.json") == audit else {
          throw Breach("an audit is read back as another")
        }
        let page = HTMLReport.render(report)
        guard !page.contains("<script") else { throw Breach("a page with a script") }
        _ = (MarkdownReport.render(report), LaTeXReport.render(report), try CSVReport.render(report))
        _ = (TerminalSummary.render(report.runs), AuditSummary(audit).text)
      }
    }
  ]
}
