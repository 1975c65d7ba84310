import Core

extension AuditTable {
  /// For a terminal, columns aligned.
  var text: String {
    var table = TextTable(header: [title] + iterations.map { "M_\($0)" })
    for row in rows {
      table.rows.append(
        [row.label]
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
