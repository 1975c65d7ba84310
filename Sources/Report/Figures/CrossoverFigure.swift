import Core

/// pass@k of the first and the last model: does the later one still win with many samples?
package enum CrossoverFigure {
  static func make(_ runs: [StyledRun]) -> Figure {
    Figure(
      title: "pass@k of the first and the last model",
      caption: """
        Unbiased pass@k over the sampled answers, mean over the questions. Where the last model's line falls below \
        M₁'s, training has made single answers better and the reach of many answers smaller. Bands are 95 % intervals.
        """,
      legend: [], groups: [Figure.Group(title: nil, panels: runs.map(panel))],
      absence: "Not drawn: pass@k needs sampled answers of M₁ and of a later iteration, and there are none.")
  }

  /// The smallest k at which the last model's pass@k lies below the first's (Yue et al., arXiv 2504.13837).
  package static func crossover(_ audit: AuditResult) -> Int? {
    guard let first = audit.firstIteration, let last = audit.lastIteration else { return nil }
    let before = estimates(audit, first)
    let after = estimates(audit, last)
    return after.keys.sorted().first { k in
      guard let early = before[k], let late = after[k] else { return false }
      return late < early
    }
  }

  private static func estimates(_ audit: AuditResult, _ iteration: Int) -> [Int: Double] {
    var byK: [Int: Double] = [:]
    for point in audit.passAtK where point.iteration == iteration { byK[point.k] = point.estimate?.estimate }
    return byK
  }

  private static func panel(_ run: StyledRun) -> Figure.Panel {
    let missing = Figure.Panel(run.run.method, absent: "No sampled answers of two iterations.")
    guard let first = run.audit.firstIteration, let last = run.audit.lastIteration, first != last else {
      return missing
    }
    let before = series(run.audit, first, .comparison)
    let after = series(run.audit, last, run.style)
    guard !before.isEmpty, !after.isEmpty else { return missing }
    let note: String
    if let k = crossover(run.audit) {
      note = "\(Phrase.model(last)) first falls below \(Phrase.model(first)) at k = \(k), by point estimates."
    } else {
      note = "\(Phrase.model(last)) never falls below \(Phrase.model(first)), by point estimates."
    }
    return Figure.Panel(
      run.run.method,
      LineChart(
        title: "pass@k of \(Phrase.model(first)) and \(Phrase.model(last)), \(run.run.method)", size: .small,
        xAxis: .sampleCounts((before.points + after.points).map { Int($0.x) }),
        yAxis: .covering(
          before.extent + after.extent, title: "pass@k (%)", within: 0...100, minimumSpan: 20),
        series: [after, before]),
      ownLegend: true, note: note)
  }

  private static func series(_ audit: AuditResult, _ iteration: Int, _ style: SeriesStyle) -> Series {
    Series(
      Phrase.model(iteration), style: style, interval: .band, quantity: .share,
      estimates: audit.passAtK.filter { $0.iteration == iteration && $0.k > 0 }.map {
        ($0.k, "k = \($0.k)", $0.estimate)
      })
  }
}
