import Core

/// pass@1 over the iterations, and its change against M_1.
enum PassAt1Figure {
  static func make(_ groups: [RunGroup]) -> Figure {
    let accuracy = IterationPanel(
      title: "a. Accuracy", axisTitle: "pass@1, greedy (%)", interval: .band, bounds: 0...100, minimumSpan: 10
    ) { audit in audit.passAt1.map { ($0.iteration, $0.accuracy) } }
    let change = IterationPanel(
      title: "b. Change against M₁, paired over questions", axisTitle: "change of pass@1 (points)", isChange: true,
      minimumSpan: 4
    ) { audit in
      audit.passAt1.filter { $0.iteration != audit.firstIteration }.map { ($0.iteration, $0.delta) }
    }
    return Figure(
      title: "pass@1 over the iterations",
      caption: Figure.Caption(
        shown: "Greedy answers to the test questions: the share that is correct (a) and its change (b).",
        computed: """
          Bands and whiskers are 95 % intervals over questions, Wilson's score interval in a and Tango's for paired \
          outcomes in b, which compares the same questions before and after and is the narrower for it.
          """,
        findings: Reading.of(groups) { group in
          let moved = Reading.axis("pass_at_1", group) ?? Reading.axis("sampled_pass_at_1", group)
          return moved.map { $0 + (peak(group).map { "; " + $0 } ?? "") }
        }),
      legend: groups,
      groups: [
        Figure.Group(
          title: nil, panels: [accuracy, change].filter { $0.hasData(groups) }.map { $0.panel(groups, size: .regular) })
      ],
      absence: "Not drawn: pass@1 needs greedy answers, and none were given.")
  }

  /// Where pass@1 was highest, if that was not at the end.
  private static func peak(_ group: RunGroup) -> String? {
    guard !group.isPooled, let audit = group.audits.first, let best = VerdictSummary.bestIteration(audit),
      let last = audit.lastIteration, best.iteration != last
    else { return nil }
    return "it was highest at \(Phrase.model(best.iteration)), \(Quantity.share.withInterval(best.accuracy))"
  }
}
