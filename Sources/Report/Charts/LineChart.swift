/// Lines with their intervals over two axes, as an SVG that is complete without scripts.
struct LineChart: Chart {
  /// What a screen reader says first.
  let title: String
  let size: ChartSize
  let xAxis: Axis
  let yAxis: Axis
  let series: [Series]
  /// A horizontal line to compare with, such as no change.
  let reference: Double?

  init(title: String, size: ChartSize, xAxis: Axis, yAxis: Axis, series: [Series], reference: Double? = nil) {
    self.title = title
    self.size = size
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.series = series
    self.reference = reference
  }

  private var left: Double { 46 }
  private var right: Double { size.width - 10 }
  private var top: Double { 30 }
  private var bottom: Double { size.height - 40 }
  private var x: Scale { Scale(xAxis.kind, domain: xAxis.domain, from: left, to: right) }
  private var y: Scale { Scale(yAxis.kind, domain: yAxis.domain, from: bottom, to: top) }

  var legend: Legend { Legend(series) }

  var axes: (x: String, y: String) { (xAxis.title, yAxis.title) }

  var data: [ChartDatum] {
    series.flatMap { series in
      series.points.compactMap { point in
        point.value.map {
          ChartDatum(series: series.name, x: point.label, y: $0.y, low: $0.low, high: $0.high, n: $0.n)
        }
      }
    }
  }

  func svg(id: String) -> HTMLFragment {
    // Background series first, then in the legend's order from its end: the first series lies on top.
    let drawn = series.enumerated().reversed().sorted {
      $0.element.style.isBackground && !$1.element.style.isBackground
    }
    return frame(
      id: id, title: title, description: description,
      """
      \(grid)
      \(drawn.map { band($0.element) })
      \(drawn.map { line($0.element, place: $0.offset) })
      """)
  }

  /// The figure in words: where every series starts and ends. The tables have every number.
  private var description: String {
    let lines = series.filter(\.isListed).compactMap { series -> String? in
      let drawn = series.points.filter { $0.value != nil }
      guard let first = drawn.first, let last = drawn.last else { return nil }
      return drawn.count == 1 ? first.tooltip : "\(first.tooltip), to \(last.tooltip)"
    }
    return "\(yAxis.title) against \(xAxis.title). " + lines.joined(separator: ". ") + "."
  }

  private var grid: HTMLFragment {
    let horizontal = yAxis.ticks.map { tick -> HTMLFragment in
      let height = y.position(tick.value)
      return """
        <line class="grid" x1="\(at: left)" x2="\(at: right)" y1="\(at: height)" y2="\(at: height)"/>\
        <text class="tick end" x="\(at: left - 7)" y="\(at: height + 4)">\(tick.label)</text>
        """
    }
    let vertical = xAxis.ticks.map { tick -> HTMLFragment in
      let place = x.position(tick.value)
      return """
        <line class="axis" x1="\(at: place)" x2="\(at: place)" y1="\(at: bottom)" y2="\(at: bottom + 4)"/>\
        <text class="tick middle" x="\(at: place)" y="\(at: bottom + 17)">\(tick.label)</text>
        """
    }
    var zero: HTMLFragment = .empty
    if let reference {
      let height = y.position(reference)
      zero =
        "<line class=\"reference\" x1=\"\(at: left)\" x2=\"\(at: right)\" y1=\"\(at: height)\" y2=\"\(at: height)\"/>"
    }
    return """
      \(horizontal)
      \(zero)
      <line class="axis" x1="\(at: left)" x2="\(at: right)" y1="\(at: bottom)" y2="\(at: bottom)"/>
      \(vertical)
      <text class="axis-title" x="2" y="13">\(yAxis.title)</text>
      <text class="axis-title end" x="\(at: right)" y="\(at: bottom + 34)">\(xAxis.title)</text>
      """
  }

  private func band(_ series: Series) -> HTMLFragment {
    guard series.interval == .band, !series.style.isBackground else { return .empty }
    let outlines = series.stretches.filter { $0.count > 1 }.map { stretch in
      let upper = stretch.map { Coordinate.pair(x.position($0.x), y.position($0.value.high)) }
      let lower = stretch.reversed().map { Coordinate.pair(x.position($0.x), y.position($0.value.low)) }
      return "M" + (upper + lower).joined(separator: " ") + "Z"
    }
    guard !outlines.isEmpty else { return .empty }
    return "<path class=\"band \(series.style.colour)\" d=\"\(outlines.joined())\"/>"
  }

  private func line(_ series: Series, place: Int) -> HTMLFragment {
    let shift = dodge(place)
    let path = series.stretches.map { stretch in
      "M" + stretch.map { Coordinate.pair(x.position($0.x) + shift, y.position($0.value.y)) }.joined(separator: " ")
    }.joined()
    let dash: HTMLFragment = series.style.dash.map { " stroke-dasharray=\"\($0)\"" } ?? .empty
    let weight: HTMLFragment = series.style.isBackground ? " background" : .empty
    let fill: HTMLFragment = series.style.isHollow ? " hollow" : .empty
    return """
      <g class="series \(series.style.colour)\(weight)\(fill)">
      <path class="line" d="\(path)"\(dash)/>
      \(series.points.map { mark($0, of: series, shift: shift) })
      </g>
      """
  }

  /// One point with its whisker, its tooltip, and an invisible disc that makes it easy to point at.
  private func mark(_ point: Series.Point, of series: Series, shift: Double) -> HTMLFragment {
    guard let value = point.value else { return .empty }
    let across = x.position(point.x) + shift
    let height = y.position(value.y)
    // A band ends where its line has a single point; a whisker takes its place.
    let isAlone = series.stretches.contains { $0.count == 1 && $0[0].x == point.x }
    let hasWhisker = !series.style.isBackground && (series.interval == .whiskers || isAlone)
    let whisker = hasWhisker ? whiskerPath(across, y.position(value.low), y.position(value.high)) : ""
    let whiskerMark: HTMLFragment = hasWhisker ? "<path class=\"whisker\" d=\"\(whisker)\"/>" : .empty
    let radius = series.style.isBackground ? 2.2 : 3.6
    return """
      <g><title>\(point.tooltip)</title>\(whiskerMark)\
      <path class="marker" d="\(series.style.markerPath(x: across, y: height, radius: radius))"/>\
      <circle class="target" cx="\(at: across)" cy="\(at: height)" r="9"/></g>
      """
  }

  private func whiskerPath(_ across: Double, _ low: Double, _ high: Double) -> String {
    "M\(Coordinate.pair(across, low))L\(Coordinate.pair(across, high))"
      + "M\(Coordinate.pair(across - 3, low))h6M\(Coordinate.pair(across - 3, high))h6"
  }

  /// Whiskers at the same abscissa stand side by side.
  private func dodge(_ place: Int) -> Double {
    let whiskered = series.indices.filter { series[$0].interval == .whiskers && series[$0].isListed }
    guard whiskered.count > 1, let rank = whiskered.firstIndex(of: place) else { return 0 }
    let unit = x.position(xAxis.domain.lowerBound + 1) - left
    let spacing = min(7, 0.25 * unit / Double(whiskered.count - 1))
    return (Double(rank) - Double(whiskered.count - 1) / 2) * spacing
  }
}
