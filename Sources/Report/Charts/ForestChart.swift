/// Effects with their intervals, one under another along one axis: a row for each measure, a mark for each run.
struct ForestChart: Chart {
  struct Mark: Sendable {
    let series: String
    let style: SeriesStyle
    let value: Double
    let low: Double
    let high: Double
    let n: Int
    /// Filled where true: the corrected test finds a change.
    let isDecided: Bool
    let tooltip: String
  }

  struct Row: Sendable {
    let label: String
    let marks: [Mark]
  }

  let title: String
  let xAxis: Axis
  let rows: [Row]
  let size = ChartSize.regular
  /// Of the runs, outside the drawing.
  let legend = Legend([RunGroup]())

  private var left: Double { 10 }
  private var right: Double { size.width - 10 }
  private let top = 8.0
  private let labelHeight = 20.0
  private let markHeight = 13.0
  private func height(_ row: Row) -> Double { labelHeight + Double(max(1, row.marks.count)) * markHeight + 5 }
  private var bottom: Double { rows.reduce(top) { $0 + height($1) } + 4 }
  private var x: Scale { Scale(.linear, domain: xAxis.domain, from: left, to: right) }

  var axes: (x: String, y: String) { ("measure", xAxis.title) }

  var data: [ChartDatum] {
    rows.flatMap { row in
      row.marks.map {
        ChartDatum(series: $0.series, x: row.label, y: $0.value, low: $0.low, high: $0.high, n: $0.n)
      }
    }
  }

  func svg(id: String) -> HTMLFragment {
    var place = top
    let drawn = rows.map { row -> HTMLFragment in
      defer { place += height(row) }
      return draw(row, at: place)
    }
    return frame(
      id: id, title: title,
      description: "\(xAxis.title). " + rows.flatMap(\.marks).map(\.tooltip).joined(separator: ". "),
      height: bottom + 40,
      """
      \(grid)
      \(drawn)
      """)
  }

  private var grid: HTMLFragment {
    let lines = xAxis.ticks.map { tick -> HTMLFragment in
      let place = x.position(tick.value)
      return """
        <line class="grid" x1="\(at: place)" x2="\(at: place)" y1="\(at: top)" y2="\(at: bottom)"/>\
        <text class="tick middle" x="\(at: place)" y="\(at: bottom + 16)">\(tick.label)</text>
        """
    }
    let zero = x.position(0)
    return """
      \(lines)
      <line class="zero" x1="\(at: zero)" x2="\(at: zero)" y1="\(at: top)" y2="\(at: bottom)"/>
      <text class="axis-title end" x="\(at: right)" y="\(at: bottom + 34)">\(xAxis.title)</text>
      """
  }

  private func draw(_ row: Row, at place: Double) -> HTMLFragment {
    let marks = row.marks.enumerated().map { index, mark -> HTMLFragment in
      let y = place + labelHeight + (Double(index) + 0.4) * markHeight
      let (low, high) = (x.position(mark.low), x.position(mark.high))
      let fill: HTMLFragment = mark.isDecided && !mark.style.isHollow ? .empty : " hollow"
      return """
        <g class="series \(mark.style.colour)\(fill)"><title>\(mark.tooltip)</title>\
        <path class="whisker" d="M\(Coordinate.pair(low, y))L\(Coordinate.pair(high, y))\
        M\(Coordinate.pair(low, y - 3))v6M\(Coordinate.pair(high, y - 3))v6"/>\
        <path class="marker" d="\(mark.style.markerPath(x: x.position(mark.value), y: y, radius: 3.8))"/>\
        <circle class="target" cx="\(at: x.position(mark.value))" cy="\(at: y)" r="8"/></g>
        """
    }
    return """
      <text class="row" x="\(at: left)" y="\(at: place + 13)">\(row.label)</text>
      \(marks)
      """
  }
}
