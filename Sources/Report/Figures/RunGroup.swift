import Core

/// The runs that are told apart by nothing but their seed, with the look they keep through all figures.
///
/// One run is drawn with its own intervals; of several the mean is drawn, with a band from the lowest to the highest, and
/// each run as a thin line.
struct RunGroup: Sendable {
  typealias Point = (x: Int, label: String, estimate: Estimate?)

  let name: String
  let style: SeriesStyle
  let runs: [ReportInput.RunSection]

  var isPooled: Bool { runs.count > 1 }
  var audits: [AuditResult] { runs.map(\.audit) }
  /// With the number of runs where there are several.
  var label: String { isPooled ? "\(name), mean of \(runs.count) runs" : name }

  /// In the order in which they come first.
  static func assign(_ runs: [ReportInput.RunSection]) -> [RunGroup] {
    var names: [String] = []
    for run in runs where !names.contains(run.group) { names.append(run.group) }
    var methodCount = 0
    var controlCount = 0
    return names.map { name in
      let members = runs.filter { $0.group == name }
      let isControl = members.allSatisfy(\.isControl)
      defer { if isControl { controlCount += 1 } else { methodCount += 1 } }
      return RunGroup(
        name: name, style: isControl ? .control(controlCount) : .method(methodCount), runs: members)
    }
  }

  /// A line over the iterations, and behind it those of the single runs.
  func overIterations(
    _ quantity: Quantity, interval: Series.Interval, isChange: Bool = false,
    _ points: (AuditResult) -> [(Int, Estimate?)]
  ) -> [Series] {
    lines(quantity, interval: interval, isChange: isChange) { audit in
      points(audit).map { ($0, Phrase.model($0), $1) }
    }
  }

  /// - Parameters:
  ///   - name: The group's own where nil.
  ///   - style: Likewise.
  func lines(
    named name: String? = nil, style: SeriesStyle? = nil, _ quantity: Quantity, interval: Series.Interval,
    isChange: Bool = false, _ points: (AuditResult) -> [Point]
  ) -> [Series] {
    let style = style ?? self.style
    guard isPooled else {
      return runs.map {
        Series(
          name ?? self.name, style: style, interval: interval, quantity: quantity, isChange: isChange,
          estimates: points($0.audit))
      }
    }
    let mean = Series(
      meanOf: audits.map(points), named: name ?? self.name, style: style, quantity: quantity, isChange: isChange)
    var thin = style
    thin.isBackground = true
    let single = runs.map { run in
      var series = Series(
        name.map { "\($0), \(run.method)" } ?? run.method, style: thin, interval: interval, quantity: quantity,
        isChange: isChange, estimates: points(run.audit))
      series.isListed = false
      return series
    }
    return [mean] + single
  }
}
