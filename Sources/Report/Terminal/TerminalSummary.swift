import Core

/// The result in plain text, for the end of `demo`, `run` and `audit`.
public enum TerminalSummary {
  /// A verdict and a table for each run; no line holds control characters, whatever the names hold.
  public static func render(_ runs: [ReportInput.RunSection]) -> String {
    runs.map(block).joined(separator: "\n")
  }

  private static func block(_ run: ReportInput.RunSection) -> String {
    let summary = VerdictSummary(run.audit)
    let sentence = wrap(VisibleText.line("\(run.method): \(summary.word). \(summary.findings)"), width: 88)
    let table = table(run.audit)
    return (sentence + (table.isEmpty ? [] : [""]) + table.map { "  " + $0 }).joined(separator: "\n") + "\n"
  }

  /// A row for each iteration; columns without any value are left out, and a table without any is empty.
  private static func table(_ audit: AuditResult) -> [String] {
    let iterations = audit.iterations.sorted()
    var columns: [[String]] = [["t"] + iterations.map { Phrase.model($0) }]
    func add(_ title: String, _ cell: (Int) -> String?) {
      let cells = iterations.map(cell)
      if cells.contains(where: { $0 != nil }) { columns.append([title] + cells.map { $0 ?? Phrase.undefined }) }
    }
    add("pass@1, %") { t in audit.passAt1.first { $0.iteration == t }?.accuracy.map(number) }
    add("change, points") { t in audit.passAt1.first { $0.iteration == t }?.delta.map(change) }
    add("distinct-n ✓") { t in diversity(audit, t, .correct) }
    add("distinct-n ✗") { t in diversity(audit, t, .incorrect) }
    add("OOD pass@1, %") { t in
      audit.outOfDistribution?.passAt1.first { $0.iteration == t }?.accuracy.map(number)
    }
    return columns.count == 1 ? [] : rows(columns)
  }

  private static func number(_ estimate: Estimate) -> String {
    "\(Quantity.share.number(estimate.estimate)) (\(Quantity.share.interval(estimate)))"
  }

  private static func change(_ estimate: Estimate) -> String {
    "\(Quantity.share.signedNumber(estimate.estimate)) (\(Quantity.share.interval(estimate)))"
  }

  private static func diversity(_ audit: AuditResult, _ iteration: Int, _ stratum: AuditResult.Stratum) -> String? {
    audit.diversity.first { $0.iteration == iteration && $0.stratum == stratum }?.distinctN
      .map { Quantity.index.number($0.estimate) }
  }

  private static func rows(_ columns: [[String]]) -> [String] {
    let widths = columns.map { column in column.map(\.count).max() ?? 0 }
    return (0..<(columns.first?.count ?? 0)).map { row in
      var line = ""
      for (column, width) in zip(columns, widths) {
        if !line.isEmpty { line += "  " }
        line += column[row] + String(repeating: " ", count: width - column[row].count)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  private static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
