import Core

/// The report as GitHub-flavoured Markdown: verdicts and tables.
public enum MarkdownReport {
  public static func render(_ input: ReportInput) -> String {
    var lines = ["# \(escaped(input.title))", ""]
    for run in input.runs {
      let summary = VerdictSummary(run.audit)
      lines += ["**\(escaped("\(run.method): \(summary.word)")).** \(escaped(summary.findings))", ""]
    }
    lines += [
      "Estimates with 95 % intervals over questions; shares in percent, their changes in points; – is undefined, not 0.",
      "",
    ]
    for part in ReportTables.all(input) {
      lines += ["## \(escaped(part.heading))", ""]
      for table in part.tables { lines += ["### \(escaped(table.title.typeset))", ""] + Self.lines(table) + [""] }
    }
    if !input.settings.isEmpty {
      lines += ["## Settings", ""]
      lines += Self.lines(
        ReportTable(
          title: "", columns: ["setting", "value"], rows: input.settings.map { [.text($0.name), .text($0.value)] }))
      lines += [""]
    }
    if !input.notes.isEmpty { lines += ["## Limits", ""] + input.notes.map { "- \(escaped($0))" } + [""] }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ table: ReportTable) -> [String] {
    func line(_ cells: [String]) -> String { "| " + cells.map { escaped($0.typeset) }.joined(separator: " | ") + " |" }
    return [line(table.columns), "|" + table.columns.indices.map { $0 == 0 ? "---|" : "---:|" }.joined()]
      + table.rows.map { line($0.map(ReportTable.text)) }
  }

  /// Text that Markdown takes as nothing but text.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for character in VisibleText.line(text) {
      switch character {
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~": result += "\\\(character)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default: result.append(character)
      }
    }
    return result
  }
}
