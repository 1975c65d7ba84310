import Core

/// M_1's pass@k on the questions that M_t gained, beside questions that neither solves.
enum ImprovementSetFigure {
  static func make(_ runs: [StyledRun]) -> Figure {
    Figure(
      title: "Could M₁ already answer what was gained?",
      caption: """
        IS(t) holds the questions that Mₜ answers correctly with greedy decoding and M₁ does not. A line near 100 % \
        says that M₁ had the answer among its k samples, so that training selected it rather than taught it. pass@k \
        rises with k on any set: the control line, questions that neither model solves greedily, shows by how much. \
        Bands are 95 % intervals; thin lines are the earlier iterations.
        """,
      legend: [], groups: [Figure.Group(title: nil, panels: runs.map(panel))],
      absence: """
        Not drawn: it needs greedy answers of M₁ and of a later iteration, which gain at least one question, and \
        sampled answers of M₁.
        """)
  }

  private static func panel(_ run: StyledRun) -> Figure.Panel {
    let sets = run.audit.improvementSet.sorted { $0.iteration < $1.iteration }
    guard let last = sets.last else {
      return Figure.Panel(run.run.method, absent: "No improvement set: greedy answers of two iterations are needed.")
    }
    guard last.size > 0 else {
      return Figure.Panel(
        run.run.method,
        absent: "IS(\(last.iteration)) is empty: \(Phrase.model(last.iteration)) gained no question over M₁.")
    }
    var earlierStyle = run.style
    earlierStyle.isBackground = true
    let gained = series("IS(\(last.iteration)), \(Phrase.questions(last.size))", run.style, last.firstIterationPassAtK)
    let control = series(
      "neither solves" + controlSize(last), .comparison, last.controlPassAtK)
    let earlier = sets.dropLast().map {
      series("IS(\($0.iteration)), \(Decimal.count($0.size))", earlierStyle, $0.firstIterationPassAtK)
    }
    let all = [gained, control] + earlier
    guard !gained.isEmpty else {
      return Figure.Panel(run.run.method, absent: "No sampled answers of M₁ on IS(\(last.iteration)).")
    }
    return Figure.Panel(
      run.run.method,
      LineChart(
        title: "M₁'s pass@k on the improvement set, \(run.run.method)", size: .small,
        xAxis: .sampleCounts(all.flatMap { $0.points.map { Int($0.x) } }),
        yAxis: .covering([0, 100], title: "pass@k of M₁ (%)", within: 0...100, minimumSpan: 100), series: all),
      ownLegend: true,
      note: """
        Gained \(Phrase.questions(last.size)), lost \(Decimal.count(last.lostSize)), from M₁ to \
        \(Phrase.model(last.iteration)).
        """)
  }

  private static func controlSize(_ set: AuditResult.ImprovementSet) -> String {
    set.controlPassAtK.lazy.compactMap(\.estimate).first.map { ", \(Phrase.questions($0.n))" } ?? ""
  }

  private static func series(_ name: String, _ style: SeriesStyle, _ points: [AuditResult.KEstimate]) -> Series {
    Series(
      name, style: style, interval: .band, quantity: .share,
      estimates: points.filter { $0.k > 0 }.map { ($0.k, "k = \($0.k)", $0.estimate) })
  }
}
