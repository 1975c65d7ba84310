import Core

/// The runs against the first of them, on the questions that all have.
enum ComparisonSection {
  static func link(_ input: ReportInput) -> HTMLFragment {
    input.comparison == nil ? .empty : "<a href=\"#comparison\">Comparison</a> "
  }

  /// Nothing where the runs were not compared; otherwise a section that ends its line.
  static func html(_ input: ReportInput) -> HTMLFragment {
    guard let comparison = input.comparison else { return .empty }
    return """
      <section id="comparison"><h2>Side by side on the same questions</h2>
      <p>Compared on \(Phrase.questions(comparison.questions)) that all runs have, each measure with the first run, paired \
      over these questions. The p-values are two-sided and corrected by Holm's method over all measures and runs of a table.</p>
      \(conditions(comparison))
      \(comparison.tables.map(part))
      </section>

      """
  }

  private static func part(_ table: RunComparison.Table) -> HTMLFragment {
    let title =
      switch table.at {
      case .last: "At the last iteration"
      case .best: "At the best iteration, picked by pass@1 on these questions and so too good by the luck of the choice"
      }
    let tables = ReportTables.comparison(table).map { $0.html(caption: $0.title) }
    return "<h3>\(title)</h3>\n\(tables)"
  }

  private static func conditions(_ comparison: RunComparison) -> HTMLFragment {
    guard !comparison.conditions.isEmpty, let runs = comparison.tables.first?.runs.map(\.name) else { return .empty }
    let rows = comparison.conditions.map { condition in
      ["\(condition.name)"] + condition.values.map { "\($0 ?? "unknown")" as HTMLFragment }
    }
    let table = Table(columns: ["What the runs differ in"] + runs, rows: rows, isNumeric: false)
    return "<details><summary>What the runs differ in</summary>\n\(table.html)</details>"
  }
}
