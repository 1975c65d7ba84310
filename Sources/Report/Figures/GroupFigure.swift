import Core

/// Accuracy by group (level of difficulty) over the iterations, a panel for each run.
enum GroupFigure {
  static func test(_ runs: [StyledRun]) -> Figure {
    make(runs, title: "Accuracy by group, test questions") { $0.groups }
  }

  /// Nil where nothing out of distribution was audited, which the figure before says.
  static func outOfDistribution(_ runs: [StyledRun]) -> Figure? {
    let audited = runs.filter { $0.audit.outOfDistribution != nil }
    guard !audited.isEmpty else { return nil }
    return make(audited, title: "Accuracy by group, out of distribution") { $0.outOfDistribution?.groups ?? [] }
  }

  private static func make(
    _ runs: [StyledRun], title: String, groups: (AuditResult) -> [AuditResult.Group]
  ) -> Figure {
    Figure(
      title: title,
      caption: """
        Greedy accuracy within each group, the accuracies that group disparity is the ratio of. All panels have the \
        same vertical axis. Whiskers are 95 % intervals.
        """,
      legend: [],
      groups: [
        Figure.Group(
          title: nil,
          panels: runs.map { run in panel(run, groups(run.audit), all: runs.flatMap { groups($0.audit) }) })
      ],
      absence: "Not drawn: the questions carry no group, such as a level of difficulty.")
  }

  private static func panel(
    _ run: StyledRun, _ groups: [AuditResult.Group], all: [AuditResult.Group]
  ) -> Figure.Panel {
    let names = all.map(\.group).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let series = names.enumerated().map { index, name in
      Series(
        name, style: .ordinal(index, of: names.count), interval: .whiskers, quantity: .share,
        estimates: groups.filter { $0.group == name }.map { ($0.iteration, Phrase.model($0.iteration), $0.accuracy) })
    }
    guard series.contains(where: { !$0.isEmpty }) else {
      return Figure.Panel(run.run.method, absent: "The questions carry no group.")
    }
    let extent = all.compactMap(\.accuracy).flatMap { [$0.low * 100, $0.high * 100] }
    return Figure.Panel(
      run.run.method,
      LineChart(
        title: "Accuracy by group and iteration, \(run.run.method)", size: .small,
        xAxis: .iterations(run.audit.iterations),
        yAxis: .covering(extent, title: "accuracy, greedy (%)", within: 0...100, minimumSpan: 20), series: series),
      ownLegend: true)
  }
}
