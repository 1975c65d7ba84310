import Core

/// A table of a report before it has a format: its cells know what they are.
struct ReportTable {
  enum Cell: Sendable {
    case text(String)
    case estimate(Estimate, Quantity, isChange: Bool)
    case number(Double, Quantity)
    case undefined
  }

  let title: String
  let columns: [String]
  let rows: [[Cell]]
}

extension ReportTable {
  /// - Parameter columns: In place of `M_1`, `M_2`, …: the runs, the first of which stands in M_1's place.
  init(_ table: AuditTable, columns: [String]? = nil) {
    func label(_ text: String) -> String {
      guard let first = columns?.first else { return text }
      return text.replacing("M_1", with: first).replacing("M_t", with: "the other")
    }
    title = table.page == "measures" ? "Accuracy, diversity and improvement" : label(table.title)
    self.columns = ["measure"] + (columns ?? table.iterations.map { "M_\($0)" })
    rows = table.rows.map { row in [.text(label(row.label))] + row.cells.map { Self.cell($0, row.unit) } }
  }

  private static func cell(_ cell: AuditTable.Cell, _ unit: AuditTable.Unit) -> Cell {
    let quantity: Quantity =
      switch unit {
      case .share, .shareChange: .share
      case .index, .indexChange: .index
      case .count: .count
      }
    switch cell {
    case .undefined: return .undefined
    case .text(let text): return .text(text)
    case .number(let value): return .number(value, quantity)
    case .estimate(let estimate):
      return .estimate(estimate, quantity, isChange: unit == .shareChange || unit == .indexChange)
    }
  }

  /// For the page.
  func html(caption: String?) -> HTMLFragment {
    Table(
      caption: caption.map(\.typeset), columns: columns.map(\.typeset),
      rows: rows.map { $0.map { "\(Self.text($0).typeset)" } }
    ).html
  }

  /// With intervals as `41.6 (38.9 to 44.2)`, percent without the sign.
  static func text(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): text
    case .undefined: Phrase.undefined
    case .number(let value, let quantity): quantity.number(value)
    case .estimate(let estimate, let quantity, let isChange):
      (isChange ? quantity.signedNumber(estimate.estimate) : quantity.number(estimate.estimate))
        + " (\(quantity.interval(estimate)))"
    }
  }
}

extension String {
  /// With subscripts, and without the blanks that set a row of a terminal's table in.
  var typeset: String {
    var text = String(drop { $0 == " " })
    for t in (1...99).reversed() where text.contains("M_\(t)") {
      text = text.replacing("M_\(t)", with: Phrase.model(t))
    }
    return text.replacing("M_t", with: "Mₜ")
  }
}
