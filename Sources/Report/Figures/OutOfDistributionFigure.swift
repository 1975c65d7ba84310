import Core

/// Accuracy on questions unlike the training set's.
enum OutOfDistributionFigure {
  static func make(_ groups: [RunGroup]) -> Figure {
    let audited = groups.filter { $0.audits.contains { $0.outOfDistribution != nil } }
    let accuracy = IterationPanel(
      title: "a. Accuracy", axisTitle: "OOD pass@1, greedy (%)", interval: .band, bounds: 0...100, minimumSpan: 10,
      absence: "No greedy answers to out-of-distribution questions."
    ) { audit in (audit.outOfDistribution?.passAt1 ?? []).map { ($0.iteration, $0.accuracy) } }
    let change = IterationPanel(
      title: "b. Change against M₁, paired over questions", axisTitle: "change of OOD pass@1 (points)", isChange: true,
      minimumSpan: 4
    ) { audit in
      (audit.outOfDistribution?.passAt1 ?? []).filter { $0.iteration != audit.firstIteration }.map {
        ($0.iteration, $0.delta)
      }
    }
    return Figure(
      title: "Out of distribution",
      caption: Figure.Caption(
        shown: "Greedy answers to questions unlike those trained on: the share that is correct (a) and its change (b).",
        computed: "Bands and whiskers are 95 % intervals over questions, as in the figure of pass@1.",
        findings: Reading.of(audited) { Reading.axis("ood_pass_at_1", $0) }),
      legend: audited,
      groups: [
        Figure.Group(
          title: nil,
          panels: [accuracy, change].filter { $0.hasData(audited) }.map { $0.panel(audited, size: .regular) })
      ],
      absence: "Not drawn: no out-of-distribution questions were audited (--ood-problems and --ood-samples).")
  }
}
