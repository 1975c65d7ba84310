import Core

/// The report's parts for pages that show a run while it goes: one look and one escaping for both.
package enum ReportParts {
  /// The report's style sheet.
  package static var styleSheet: String { StyleSheet.css.markup }

  /// A line of a chart.
  package struct Line: Sendable {
    package enum Style: Sendable {
      /// By its place in the palette.
      case palette(Int)
      /// A control, dashed and grey.
      case control(Int)
      /// One of a number of ordered categories, from light to dark.
      case ordinal(Int, of: Int)
      /// One of a number of ordered curves of many points: no marks, from light to dark.
      case thin(Int, of: Int)
    }

    package let name: String
    package let style: Style
    package let quantity: Quantity
    /// By abscissa, with the words that name the point (`M₂`, `step 40`); nil where undefined.
    package let points: [(x: Int, label: String, estimate: Estimate?)]

    package init(
      _ name: String, _ style: Style, _ quantity: Quantity, points: [(x: Int, label: String, estimate: Estimate?)]
    ) {
      self.name = name
      self.style = style
      self.quantity = quantity
      self.points = points
    }

    fileprivate var series: Series {
      let hasIntervals = points.contains { point in point.estimate.map { $0.low < $0.high } ?? false }
      return hasIntervals
        ? Series(name, style: seriesStyle, interval: .band, quantity: quantity, estimates: points)
        : Series(name, style: seriesStyle, quantity: quantity, values: points)
    }

    private var seriesStyle: SeriesStyle {
      switch style {
      case .palette(let index): return .method(index)
      case .control(let index): return .control(index)
      case .ordinal(let index, let count): return .ordinal(index, of: count)
      case .thin(let index, let count):
        var style = SeriesStyle.ordinal(index, of: count)
        style.isBackground = true
        return style
      }
    }
  }

  /// A chart with its key; nil where no line has a point.
  ///
  /// - Parameters:
  ///   - title: What a screen reader says first.
  ///   - xAxis: The iterations where nil.
  package static func chart(
    title: String, yTitle: String, lines: [Line], xAxis: Axis? = nil, within bounds: ClosedRange<Double>? = nil,
    minimumSpan: Double
  ) -> HTMLFragment? {
    let series = lines.map(\.series)
    guard series.contains(where: { !$0.isEmpty }) else { return nil }
    let chart = LineChart(
      title: title, size: .small, xAxis: xAxis ?? .iterations(lines.flatMap { $0.points.map(\.x) }),
      yAxis: .covering(series.flatMap(\.extent), title: yTitle, within: bounds, minimumSpan: minimumSpan),
      series: series)
    let key: HTMLFragment = series.count > 1 ? Legend(series).html : .empty
    return "\(chart.svg(id: identifier(title)))\n\(key)"
  }

  /// Of the letters a to z, digits and `-`, as a drawing wants it; titles of a page differ.
  private static func identifier(_ title: String) -> String {
    "chart-"
      + String(title.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }
}

extension Series {
  /// A line of bare values, without intervals.
  fileprivate init(
    _ name: String, style: SeriesStyle, quantity: Quantity,
    values: [(x: Int, label: String, estimate: Estimate?)]
  ) {
    self.name = name
    self.style = style
    interval = .band
    points = values.sorted { $0.x < $1.x }.map { x, label, estimate in
      guard let estimate, estimate.estimate.isFinite else {
        return Point(x: Double(x), label: label, value: nil, tooltip: "")
      }
      let drawn = estimate.estimate * quantity.factor
      return Point(
        x: Double(x), label: label, value: Point.Value(y: drawn, low: drawn, high: drawn, n: estimate.n),
        tooltip: "\(name), \(label): \(quantity.value(estimate.estimate))")
    }
  }
}
