import Core

/// M_1's pass@k on the questions that M_t gained, beside questions that neither solves; and the controls of the set.
enum ImprovementSetFigure {
  static func make(_ groups: [RunGroup]) -> Figure {
    Figure(
      title: "Could M₁ already answer what was gained?",
      caption: Figure.Caption(
        shown: """
          M₁'s pass@k on IS(t), the questions that Mₜ answers correctly with greedy decoding and M₁ does not. A line near \
          100 % says that M₁ had the answer among its k samples, so that training selected it rather than taught it. \
          Thin lines are the earlier iterations.
          """,
        computed: """
          pass@k rises with k on any set: the control line, questions that neither model solves greedily, shows by how \
          much. Bands are 95 % BCa intervals over the questions of the set.
          """,
        findings: Reading.of(groups, sentence)),
      legend: [], groups: [Figure.Group(title: nil, panels: groups.map(panel))],
      absence: """
        Not drawn: it needs greedy answers of M₁ and of a later iteration, which gain at least one question, and \
        sampled answers of M₁.
        """)
  }

  static func controls(_ groups: [RunGroup]) -> Figure {
    let k = groups.flatMap { $0.audits.flatMap { $0.controls?.improvement.flatMap { $0.matched.map(\.k) } ?? [] } }
      .max()
    let panels = [
      IterationPanel(
        title: "a. M₁'s pass@\(k ?? 1), above equally hard questions", axisTitle: "difference (points)", isChange: true,
        minimumSpan: 10, absence: "No improved question has an equally hard one that neither model solves."
      ) { audit in
        (audit.controls?.improvement ?? []).map { entry in
          (entry.iteration, entry.matched.first { $0.k == k }?.difference)
        }
      },
      IterationPanel(
        title: "b. Improved questions, above a second M₁'s", axisTitle: "difference (points)", isChange: true,
        minimumSpan: 4, absence: "No second M₁ was given (--null)."
      ) { audit in (audit.controls?.improvement ?? []).map { ($0.iteration, $0.excessOverNull) } },
      IterationPanel(
        title: "c. Change of pass@1, above a second M₁'s", axisTitle: "difference (points)", isChange: true,
        minimumSpan: 4, absence: "No second M₁ was given (--null)."
      ) { audit in (audit.controls?.improvement ?? []).map { ($0.iteration, $0.changeOverNull) } },
    ]
    return Figure(
      title: "Improvement sets against their controls",
      caption: Figure.Caption(
        shown: """
          a: by how much M₁ reaches the improved questions more often than questions that are as hard for it and stay \
          unsolved. b and c: by how much the iteration gains more than a second M₁ would, which was trained with another \
          seed and whose gains are noise.
          """,
        computed: """
          Matched on one half of M₁'s samples within 0.1 of its accuracy and compared on the other half; differences are \
          paired, with 95 % intervals over questions. docs/measures/controls.md.
          """,
        findings: Reading.of(groups) { group in
          k.flatMap { k in
            Reading.sign(
              group, .share, below: "M₁ reaches the improved questions less often than equally hard ones",
              above: "M₁ reaches the improved questions more often than equally hard ones, so they were selected",
              open: "difficulty alone can explain how often M₁ reaches the improved questions"
            ) { audit in
              audit.controls?.improvement.last?.matched.first { $0.k == k }?.difference
            }
          }
        }),
      legend: groups,
      groups: [Figure.Group(title: nil, panels: panels.filter { $0.hasData(groups) }.map { $0.panel(groups) })],
      absence: "the controls of the improvement sets")
  }

  private static func last(_ audit: AuditResult) -> AuditResult.ImprovementSet? {
    audit.improvementSet.max { $0.iteration < $1.iteration }
  }

  private static func panel(_ group: RunGroup) -> Figure.Panel {
    guard let audit = group.audits.first, let set = last(audit) else {
      return Figure.Panel(group.label, absent: "No improvement set: greedy answers of two iterations are needed.")
    }
    guard group.isPooled || set.size > 0 else {
      return Figure.Panel(
        group.label, absent: "IS(\(set.iteration)) is empty: \(Phrase.model(set.iteration)) gained no question over M₁."
      )
    }
    let gained = group.lines(
      named: "IS(\(set.iteration))" + (group.isPooled ? "" : ", \(Phrase.questions(set.size))"), .share, interval: .band
    ) { points(last($0)?.firstIterationPassAtK) }
    let control = group.lines(
      named: "neither solves" + (group.isPooled ? "" : controlSize(set)), style: .comparison, .share, interval: .band
    ) { points(last($0)?.controlPassAtK) }
    var thin = group.style
    thin.isBackground = true
    let earlier =
      group.isPooled
      ? []
      : audit.improvementSet.filter { $0.iteration != set.iteration }.sorted { $0.iteration < $1.iteration }.map {
        Series(
          "IS(\($0.iteration)), \(Decimal.count($0.size))", style: thin, interval: .band, quantity: .share,
          estimates: points($0.firstIterationPassAtK))
      }
    let all = gained + control + earlier
    guard gained.contains(where: { !$0.isEmpty }) else {
      return Figure.Panel(group.label, absent: "No sampled answers of M₁ on IS(\(set.iteration)).")
    }
    return Figure.Panel(
      group.label,
      LineChart(
        title: "M₁'s pass@k on the improvement set, \(group.name)", size: .small,
        xAxis: .sampleCounts(all.flatMap { $0.points.map { Int($0.x) } }),
        yAxis: .covering([0, 100], title: "pass@k of M₁ (%)", within: 0...100, minimumSpan: 100), series: all),
      ownLegend: true,
      note: group.isPooled
        ? nil
        : "Gained \(Phrase.questions(set.size)), lost \(Decimal.count(set.lostSize)), from M₁ to "
          + "\(Phrase.model(set.iteration)).")
  }

  private static func sentence(_ group: RunGroup) -> String? {
    guard !group.isPooled else {
      let found = group.audits.count { $0.verdict.qualifiers.contains(.sharpening) }
      return group.audits.contains { $0.verdict.sharpening != nil }
        ? "M₁'s samples already covered nearly all that was gained (sharpening) in \(found) of \(group.audits.count) runs"
        : nil
    }
    guard let audit = group.audits.first, let evidence = audit.verdict.sharpening else { return nil }
    let control = evidence.control.map { ", against \(Quantity.share.value($0.estimate)) where neither solves" } ?? ""
    return
      "M₁ reaches \(Quantity.share.withInterval(evidence.improvementSet)) of the gained questions in \(evidence.k) "
      + "samples\(control); "
      + (evidence.isFound
        ? "at most a fifth of the net gain is new to it"
        : "that is not enough to call the gain a mere selection among M₁'s answers")
  }

  private static func controlSize(_ set: AuditResult.ImprovementSet) -> String {
    set.controlPassAtK.lazy.compactMap(\.estimate).first.map { ", \(Phrase.questions($0.n))" } ?? ""
  }

  private static func points(_ points: [AuditResult.KEstimate]?) -> [RunGroup.Point] {
    (points ?? []).filter { $0.k > 0 }.map { ($0.k, "k = \($0.k)", $0.estimate) }
  }
}
