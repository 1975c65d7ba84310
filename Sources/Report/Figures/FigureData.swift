/// The numbers of a figure: the table beside it, which is also its text alternative, and the file to download.
struct FigureData {
  private let rows: [(panel: String, axes: (x: String, y: String), datum: ChartDatum)]

  init(_ figure: Figure) {
    rows = figure.groups.flatMap { group in
      group.panels.flatMap { panel -> [(String, (x: String, y: String), ChartDatum)] in
        let name = [group.title, panel.title].compactMap { $0 }.joined(separator: ", ")
        guard let chart = panel.chart else { return [] }
        return chart.data.map { (name, chart.axes, $0) }
      }
    }
  }

  var table: Table {
    Table(
      columns: ["Panel", "Series", "At", "Value", "Low", "High", "n"],
      rows: rows.map { row in
        let range = [row.datum.y, row.datum.low ?? 0, row.datum.high ?? 0].map(\.magnitude).max() ?? 0
        func number(_ value: Double?) -> String {
          value.map { Decimal.text($0, decimals: range < 5 ? 3 : 1) } ?? Phrase.undefined
        }
        return [
          "\(row.panel)", "\(row.datum.series)", "\(row.datum.x)", "\(number(row.datum.y))",
          "\(number(row.datum.low))", "\(number(row.datum.high))",
          "\(row.datum.n.map(Decimal.count) ?? Phrase.undefined)",
        ]
      })
  }

  /// With all digits, in the units of the drawing.
  var csv: String {
    CSVLines(
      header: ["panel", "series", "x_axis", "x", "y_axis", "y", "low", "high", "n"],
      rows: rows.map { row in
        [
          .text(row.panel), .text(row.datum.series), .text(row.axes.x), .text(row.datum.x), .text(row.axes.y),
          .number(row.datum.y), .number(row.datum.low), .number(row.datum.high), .number(row.datum.n.map(Double.init)),
        ]
      }
    ).text
  }
}
