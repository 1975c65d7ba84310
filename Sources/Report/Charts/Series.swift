import Core

/// One line of a chart. Values are in drawn units: percent for shares.
package struct Series: Sendable {
  package struct Point: Sendable {
    let x: Double
    /// Nil where the statistic is undefined: the line is interrupted there.
    let value: Value?
    /// The native tooltip.
    let tooltip: String

    struct Value: Sendable {
      let y: Double
      let low: Double
      let high: Double
    }
  }

  package enum Interval: Sendable { case band, whiskers }

  package let name: String
  let style: SeriesStyle
  let interval: Interval
  let points: [Point]

  /// - Parameter estimates: By abscissa, with the words that name the point (`M₂`, `k = 4`).
  init(
    _ name: String, style: SeriesStyle, interval: Interval, quantity: Quantity, isChange: Bool = false,
    estimates: [(x: Int, label: String, estimate: Estimate?)]
  ) {
    self.name = name
    self.style = style
    self.interval = interval
    points = estimates.sorted { $0.x < $1.x }.map { x, label, estimate in
      guard let estimate, estimate.estimate.isFinite, estimate.low.isFinite, estimate.high.isFinite else {
        return Point(x: Double(x), value: nil, tooltip: "")
      }
      let number = isChange ? quantity.changeWithInterval(estimate) : quantity.withInterval(estimate)
      return Point(
        x: Double(x),
        value: Point.Value(
          y: estimate.estimate * quantity.factor, low: estimate.low * quantity.factor,
          high: estimate.high * quantity.factor),
        tooltip: "\(name), \(label): \(number), n = \(Decimal.count(estimate.n))")
    }
  }

  var isEmpty: Bool { points.allSatisfy { $0.value == nil } }

  /// Everything that must lie within the vertical axis.
  var extent: [Double] {
    points.flatMap { point in
      point.value.map { style.isBackground ? [$0.y] : [$0.y, $0.low, $0.high] } ?? []
    }
  }

  /// The unbroken stretches of the line.
  var stretches: [[(x: Double, value: Point.Value)]] {
    points.split { $0.value == nil }.map { stretch in
      stretch.compactMap { point in point.value.map { (point.x, $0) } }
    }
  }
}
