import Core

/// Every axis of the verdict at the last iteration: what changed from M_1, and what did not.
enum EffectsFigure {
  static func make(_ groups: [RunGroup]) -> Figure {
    let names = groups.flatMap { $0.audits.flatMap { audit in last(audit).map(\.axis) } }
      .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let panels = [
      panel("a. Accuracies", .share, "change from M₁ (points)", names, groups),
      panel("b. Diversity", .index, "change from M₁ (no unit)", names, groups),
    ].compactMap { $0 }
    return Figure(
      title: "What changed from the first to the last model",
      caption: Figure.Caption(
        shown: """
          Each axis of the verdict: the change from M₁ to the last iteration with its 95 % interval, paired over \
          questions. Right of the line is more. A filled mark is a change that the test finds after Holm's correction \
          over all axes and iterations, a hollow one is not told from no change.
          """,
        computed: """
          Accuracies by score intervals, diversity by the BCa bootstrap on questions that both models have two answers of \
          the kind for, with equally many answers on both sides. Of several runs each has its own mark.
          """,
        findings: Reading.of(groups, sentence)),
      legend: groups, groups: [Figure.Group(title: nil, panels: panels)],
      absence: "Not drawn: it takes answers of two iterations to compare.")
  }

  private static func last(_ audit: AuditResult) -> [AuditResult.Verdict.Axis] {
    audit.verdict.axes.filter { $0.iteration == audit.lastIteration && $0.effect != nil }
  }

  private static func panel(
    _ title: String, _ quantity: Quantity, _ axisTitle: String, _ names: [String], _ groups: [RunGroup]
  ) -> Figure.Panel? {
    let rows = names.filter { AxisName($0).quantity == quantity }.map { name in
      ForestChart.Row(
        label: AxisName(name).label,
        marks: groups.flatMap { group in group.runs.compactMap { mark(name, $0, group) } })
    }
    let values = rows.flatMap { $0.marks.flatMap { [$0.low, $0.high] } }
    guard !values.isEmpty else { return nil }
    return Figure.Panel(
      title,
      ForestChart(
        title: "\(title.dropFirst(3)): change from M₁ to the last iteration",
        xAxis: .covering(values + [0], title: axisTitle, minimumSpan: quantity == .share ? 4 : 0.02), rows: rows))
  }

  private static func mark(_ name: String, _ run: ReportInput.RunSection, _ group: RunGroup) -> ForestChart.Mark? {
    guard let axis = last(run.audit).first(where: { $0.axis == name }), let effect = axis.effect,
      [effect.estimate, effect.low, effect.high].allSatisfy({ $0.isFinite })
    else { return nil }
    let words = AxisName(name)
    let factor = words.quantity.factor
    return ForestChart.Mark(
      series: run.method, style: group.style, value: effect.estimate * factor, low: effect.low * factor,
      high: effect.high * factor, n: effect.n, isDecided: axis.verdict != .inconclusive,
      tooltip: "\(run.method), \(words.label): \(words.quantity.changeWithInterval(effect)), "
        + "adjusted p \(Phrase.probability(axis.adjustedP)), n = \(Decimal.count(effect.n))")
  }

  private static func sentence(_ group: RunGroup) -> String? {
    guard !group.isPooled, let audit = group.audits.first else {
      let words = Set(group.audits.map(\.verdict.overall.rawValue)).sorted().map { word in
        "\(word) in \(group.audits.count { $0.verdict.overall.rawValue == word }) of \(group.audits.count) runs"
      }
      return Phrase.list(words)
    }
    let axes = last(audit)
    /// Those on correct answers by name, the others by number.
    func names(_ finding: AuditResult.Verdict.Axis.Finding) -> String? {
      let found = axes.filter { $0.verdict == finding }
      let leading = found.filter { VerdictSummary.isLeading($0) }.map { AxisName($0.axis).label }
      guard !leading.isEmpty else { return found.isEmpty ? nil : "\(found.count) further measures" }
      let others = found.count - leading.count
      return Phrase.list(leading + (others == 0 ? [] : ["\(others) more"]))
    }
    let open = axes.count { $0.verdict == .inconclusive }
    let parts =
      [names(.better).map { "better: \($0)" }, names(.worse).map { "worse: \($0)" }].compactMap { $0 }
      + (open == 0 ? [] : ["not told from no change: \(open) of \(axes.count)"])
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
