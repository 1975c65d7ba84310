import Core

/// A measure over the iterations, a line a run: what most panels are.
struct IterationPanel {
  let title: String
  let axisTitle: String
  var quantity = Quantity.share
  var interval = Series.Interval.whiskers
  var isChange = false
  /// Where the measure itself ends, in drawn units.
  var bounds: ClosedRange<Double>?
  /// In drawn units, so that noise is not blown up to the height of the figure.
  var minimumSpan: Double
  /// Where there is nothing to draw.
  var absence = "No data."
  let points: (AuditResult) -> [(Int, Estimate?)]

  func series(_ groups: [RunGroup]) -> [Series] {
    groups.flatMap { $0.overIterations(quantity, interval: interval, isChange: isChange, points) }
  }

  func hasData(_ groups: [RunGroup]) -> Bool {
    groups.contains { $0.audits.contains { points($0).contains { $0.1 != nil } } }
  }

  /// - Parameter sharing: Of other panels, so that their vertical axes are one.
  func panel(_ groups: [RunGroup], size: ChartSize = .small, sharing: [Double] = []) -> Figure.Panel {
    let lines = series(groups)
    guard lines.contains(where: { !$0.isEmpty }) else { return Figure.Panel(title, absent: absence) }
    let extent = lines.flatMap(\.extent) + sharing + (isChange ? [0] : [])
    return Figure.Panel(
      title,
      LineChart(
        title: "\(title) by iteration", size: size,
        xAxis: .iterations(groups.flatMap { $0.audits.flatMap(\.iterations) }),
        yAxis: .covering(extent, title: axisTitle, within: bounds, minimumSpan: minimumSpan), series: lines,
        reference: isChange ? 0 : nil))
  }
}
