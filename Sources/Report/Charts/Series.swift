import Core

/// One line of a chart. Values are in drawn units: percent for shares.
package struct Series: Sendable {
  package struct Point: Sendable {
    let x: Double
    /// The words that name the point: `M₂`, `k = 4`.
    let label: String
    /// Nil where the statistic is undefined: the line is interrupted there.
    let value: Value?
    /// The native tooltip.
    let tooltip: String

    struct Value: Sendable {
      let y: Double
      let low: Double
      let high: Double
      /// Questions, or runs.
      let n: Int
    }
  }

  package enum Interval: Sendable { case band, whiskers }

  package let name: String
  let style: SeriesStyle
  let interval: Interval
  let points: [Point]
  /// Not so for one of several runs whose mean is listed.
  var isListed = true

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
        return Point(x: Double(x), label: label, value: nil, tooltip: "")
      }
      let number = isChange ? quantity.changeWithInterval(estimate) : quantity.withInterval(estimate)
      return Point(
        x: Double(x), label: label,
        value: Point.Value(
          y: estimate.estimate * quantity.factor, low: estimate.low * quantity.factor,
          high: estimate.high * quantity.factor, n: estimate.n),
        tooltip: "\(name), \(label): \(number), n = \(Decimal.count(estimate.n))")
    }
  }

  /// The mean over several runs, with a band from the lowest to the highest of them.
  ///
  /// - Parameter runs: As `estimates` above, of each run. A point is the mean of those that have one there.
  init(
    meanOf runs: [[(x: Int, label: String, estimate: Estimate?)]], named name: String, style: SeriesStyle,
    quantity: Quantity, isChange: Bool = false
  ) {
    self.name = name
    self.style = style
    interval = .band
    let labels = Dictionary(runs.joined().map { ($0.x, $0.label) }, uniquingKeysWith: { first, _ in first })
    points = labels.keys.sorted().map { x in
      let label = labels[x] ?? ""
      let values = runs.flatMap { $0.filter { $0.x == x } }.compactMap(\.estimate?.estimate).filter(\.isFinite)
      guard let low = values.min(), let high = values.max() else {
        return Point(x: Double(x), label: label, value: nil, tooltip: "")
      }
      let mean = values.reduce(0, +) / Double(values.count)
      let range = Estimate(estimate: mean, low: low, high: high, n: values.count)
      let number = isChange ? quantity.changeWithInterval(range) : quantity.withInterval(range)
      return Point(
        x: Double(x), label: label,
        value: Point.Value(
          y: mean * quantity.factor, low: low * quantity.factor, high: high * quantity.factor, n: values.count),
        tooltip: "\(name), \(label): mean \(number), lowest to highest of \(values.count) runs")
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
