import Core

/// The measures and controls beside the paper's own, a table each.
enum MeasuresSection {
  /// For the page's contents.
  static let link: HTMLFragment = "<a href=\"#measures\">Measures</a> "

  /// Nothing where no run has any.
  static func html(_ runs: [ReportInput.RunSection]) -> HTMLFragment {
    let parts = runs.map { (run: $0, tables: $0.audit.furtherTables) }.filter { !$0.tables.isEmpty }
    guard !parts.isEmpty else { return .empty }
    return """
      <section id="measures"><h2>Measures and controls</h2>
      <p>What pass@1, pass@k and diversity leave open, and what the same numbers are where nothing was learned. Shares in \
      percent with 95 % intervals, changes in points against M₁; docs/measures explains each.</p>
      \(parts.map { part in
        """
        <h3>\(part.run.method)</h3>
        \(part.tables.map(details))
        """ as HTMLFragment
      })
      </section>
      """
  }

  private static func details(_ table: AuditTable) -> HTMLFragment {
    let rows = table.rows.map { row -> [HTMLFragment] in
      ["\(row.label.typeset)"] + row.cells.map { "\(text($0, row.unit))" }
    }
    let html = Table(columns: ["Measure"] + table.iterations.map { Phrase.model($0) }, rows: rows).html
    return "<details><summary>\(table.title.typeset)</summary>\n\(html)</details>"
  }

  private static func text(_ cell: AuditTable.Cell, _ unit: AuditTable.Unit) -> String {
    switch (cell, unit) {
    case (.undefined, _): Phrase.undefined
    case (.text(let text), _): text
    case (.estimate(let estimate), .share): Quantity.share.withInterval(estimate)
    case (.estimate(let estimate), .shareChange): Quantity.share.changeWithInterval(estimate)
    case (.estimate(let estimate), .index): Quantity.index.withInterval(estimate)
    case (.estimate(let estimate), .indexChange): Quantity.index.changeWithInterval(estimate)
    case (.estimate(let estimate), .count):
      "\(count(estimate.estimate)) (\(count(estimate.low)) to \(count(estimate.high)))"
    case (.number(let value), .share), (.number(let value), .shareChange): Quantity.share.value(value)
    case (.number(let value), .index), (.number(let value), .indexChange): Quantity.index.value(value)
    case (.number(let value), .count): count(value)
    }
  }

  private static func count(_ value: Double) -> String { Decimal.text(value, decimals: 1) }
}
