/// Bars that are cut into shares of one whole.
struct StackedBarChart: Chart {
  struct Bar: Sendable {
    let label: String
    /// From the bottom up, a share of 1 each, in the order of `parts`.
    let shares: [Double?]
  }

  let title: String
  let size = ChartSize.small
  let yTitle: String
  let xTitle: String
  /// The names of the parts, in an order that has a meaning.
  let parts: [String]
  let bars: [Bar]

  private var left: Double { 46 }
  private var right: Double { size.width - 10 }
  private var top: Double { 30 }
  private var bottom: Double { size.height - 40 }
  private var y: Scale { Scale(.linear, domain: 0...100, from: bottom, to: top) }

  private func style(_ part: Int) -> SeriesStyle { .ordinal(part, of: parts.count) }

  /// From the top down, as the areas lie.
  var legend: Legend {
    Legend(areas: parts.enumerated().reversed().map { ($0.element, style($0.offset)) })
  }

  var axes: (x: String, y: String) { (xTitle, yTitle) }

  var data: [ChartDatum] {
    bars.flatMap { bar in
      zip(parts, bar.shares).compactMap { part, share in
        share.map { ChartDatum(series: part, x: bar.label, y: $0 * 100, low: nil, high: nil, n: nil) }
      }
    }
  }

  func svg(id: String) -> HTMLFragment {
    let ticks = [0.0, 25, 50, 75, 100].map { value -> HTMLFragment in
      let height = y.position(value)
      return """
        <line class="grid" x1="\(at: left)" x2="\(at: right)" y1="\(at: height)" y2="\(at: height)"/>\
        <text class="tick end" x="\(at: left - 7)" y="\(at: height + 4)">\(Decimal.text(value, decimals: 0))</text>
        """
    }
    let described = bars.map { bar in
      bar.label + ": "
        + zip(parts, bar.shares).compactMap { part, share in share.map { "\(part) \(Quantity.share.value($0))" } }
        .joined(separator: ", ")
    }
    return frame(
      id: id, title: title, description: described.joined(separator: ". ") + ".",
      """
      \(ticks)
      \(bars.enumerated().map { draw($0.element, at: $0.offset) })
      <line class="axis" x1="\(at: left)" x2="\(at: right)" y1="\(at: bottom)" y2="\(at: bottom)"/>
      <text class="axis-title" x="2" y="13">\(yTitle)</text>
      <text class="axis-title end" x="\(at: right)" y="\(at: bottom + 34)">\(xTitle)</text>
      """)
  }

  private func draw(_ bar: Bar, at index: Int) -> HTMLFragment {
    let step = (right - left) / Double(max(1, bars.count))
    let width = min(44, step * 0.7)
    let middle = left + (Double(index) + 0.5) * step
    var below = 0.0
    let areas = zip(parts.indices, bar.shares).map { part, share -> HTMLFragment in
      guard let share, share > 0, share.isFinite else { return .empty }
      let (low, high) = (below, min(100, below + share * 100))
      below = high
      return """
        <rect class="area \(style(part).colour)" x="\(at: middle - width / 2)" y="\(at: y.position(high))" \
        width="\(at: width)" height="\(at: y.position(low) - y.position(high))"><title>\(bar.label), \(parts[part]): \
        \(Quantity.share.value(share))</title></rect>
        """
    }
    return """
      \(areas)
      <text class="tick middle" x="\(at: middle)" y="\(at: bottom + 17)">\(bar.label)</text>
      """
  }
}
