import Core

/// Accuracy by group (level of difficulty) over the iterations, a panel for each run.
enum GroupFigure {
  static func test(_ groups: [RunGroup]) -> Figure {
    make(groups, title: "Accuracy by group, test questions", axis: "hard_group_pass_at_1") {
      ($0.groups, $0.groupDisparity)
    }
  }

  /// Nil where nothing out of distribution was audited, which the figure before says.
  static func outOfDistribution(_ groups: [RunGroup]) -> Figure? {
    let audited = groups.filter { $0.audits.contains { $0.outOfDistribution != nil } }
    guard !audited.isEmpty else { return nil }
    return make(audited, title: "Accuracy by group, out of distribution", axis: "ood_group_disparity") {
      ($0.outOfDistribution?.groups ?? [], $0.outOfDistribution?.groupDisparity ?? [])
    }
  }

  private typealias Entries = (groups: [AuditResult.Group], disparity: [AuditResult.GroupDisparity])

  private static func make(
    _ groups: [RunGroup], title: String, axis: String, _ entries: @escaping (AuditResult) -> Entries
  ) -> Figure {
    let all = groups.flatMap { $0.audits.flatMap { entries($0).groups } }
    let disparity = IterationPanel(
      title: "Group disparity", axisTitle: "group disparity (%)", bounds: -.infinity...100, minimumSpan: 10,
      absence: "Undefined: there are fewer than two groups, or the easiest is never solved."
    ) { entries($0).disparity.map { ($0.iteration, $0.estimate) } }
    let panels = groups.map { panel($0, all: all) { entries($0).groups } }
    return Figure(
      title: title,
      caption: Figure.Caption(
        shown: """
          Greedy accuracy within each group, on one vertical axis for all runs, and group disparity: the share of the \
          easiest group's accuracy that the hardest lacks.
          """,
        computed: """
          Disparity is (easiest − hardest) / easiest and undefined where the easiest is 0; it can rise though no group \
          loses, so the accuracies stand beside it. Whiskers are 95 % intervals: Wilson's for the groups, BCa with each \
          group resampled within itself for the ratio.
          """,
        findings: Reading.of(groups) { group in
          Reading.axis(axis, group)
            ?? Reading.course("group disparity", .share, group) { audit, t in
              entries(audit).disparity.first { $0.iteration == t }?.estimate
            }
        }),
      legend: [],
      groups: [
        Figure.Group(title: nil, panels: panels + (disparity.hasData(groups) ? [withKey(disparity, groups)] : []))
      ],
      absence: "Not drawn: the questions carry no group, such as a level of difficulty.")
  }

  /// The other panels have groups for lines, so that the runs' key belongs to this one.
  private static func withKey(_ panel: IterationPanel, _ groups: [RunGroup]) -> Figure.Panel {
    let drawn = panel.panel(groups)
    return drawn.chart.map { Figure.Panel(drawn.title, $0, ownLegend: true) } ?? drawn
  }

  private static func panel(
    _ group: RunGroup, all: [AuditResult.Group], _ entries: (AuditResult) -> [AuditResult.Group]
  ) -> Figure.Panel {
    let names = all.map(\.group).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let series = names.enumerated().flatMap { index, name in
      group.lines(named: name, style: .ordinal(index, of: names.count), .share, interval: .whiskers) { audit in
        entries(audit).filter { $0.group == name }.map { ($0.iteration, Phrase.model($0.iteration), $0.accuracy) }
      }.prefix(1)
    }
    guard series.contains(where: { !$0.isEmpty }) else {
      return Figure.Panel(group.label, absent: "The questions carry no group.")
    }
    let extent = all.compactMap(\.accuracy).flatMap { [$0.low * 100, $0.high * 100] }
    return Figure.Panel(
      group.label,
      LineChart(
        title: "Accuracy by group and iteration, \(group.name)", size: .small,
        xAxis: .iterations(group.audits.flatMap(\.iterations)),
        yAxis: .covering(extent, title: "accuracy, greedy (%)", within: 0...100, minimumSpan: 20), series: series),
      ownLegend: true)
  }
}
