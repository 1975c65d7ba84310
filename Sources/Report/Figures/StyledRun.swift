import Core

/// A run with the look it keeps through all figures.
struct StyledRun {
  let run: ReportInput.RunSection
  let style: SeriesStyle

  var audit: AuditResult { run.audit }

  static func assign(_ runs: [ReportInput.RunSection]) -> [StyledRun] {
    var methodCount = 0
    var controlCount = 0
    return runs.map { run in
      defer { if run.isControl { controlCount += 1 } else { methodCount += 1 } }
      return StyledRun(run: run, style: run.isControl ? .control(controlCount) : .method(methodCount))
    }
  }

  /// A line over the iterations.
  func overIterations(
    _ quantity: Quantity, interval: Series.Interval, isChange: Bool = false, _ points: [(Int, Estimate?)]
  ) -> Series {
    Series(
      run.method, style: style, interval: interval, quantity: quantity, isChange: isChange,
      estimates: points.map { ($0, Phrase.model($0), $1) })
  }
}
