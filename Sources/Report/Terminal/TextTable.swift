import Core

/// Columns of text, the first aligned left and the others right. What a cell holds cannot steer a terminal.
package struct TextTable {
  let header: [String]
  package var rows: [[String]] = []

  package init(header: [String]) { self.header = header }

  package var text: String {
    let lines = ([header] + rows).map { $0.map(VisibleText.line) }
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      line.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + blanks : blanks + cell
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
