import Core

extension AuditTable {
  /// For a terminal, columns aligned.
  var text: String { text(columns: iterations.map { "M_\($0)" }) }

  /// The same between runs, the first of which stands in M_1's place.
  func text(comparing runs: [String]) -> String {
    text(columns: runs) { label in
      label.replacing("M_1", with: runs.first ?? "").replacing("M_t", with: "the other")
    }
  }

  private func text(columns: [String], label: (String) -> String = { $0 }) -> String {
    var table = TextTable(header: [label(title)] + columns)
    for row in rows {
      table.rows.append(
        [label(row.label)]
          + row.cells.map { cell in
            switch cell {
            case .estimate(let estimate): row.unit.scale.text(estimate)
            case .number(let value): row.unit.scale.number(value)
            case .text(let text): text
            case .undefined: "–"
            }
          })
    }
    return table.text
  }
}

extension AuditTable.Unit {
  fileprivate var scale: NumberScale {
    switch self {
    case .share: .percent
    case .shareChange: .points
    case .index: .fraction
    case .indexChange: .signedFraction
    case .count: .count
    }
  }
}
