import Core

/// Accuracy and group disparity on questions unlike the training set's.
enum OutOfDistributionFigure {
  static func make(_ runs: [StyledRun]) -> Figure {
    let audited = runs.filter { $0.audit.outOfDistribution != nil }
    let iterations = Axis.iterations(audited.flatMap(\.audit.iterations))
    let accuracy = audited.map { run in
      run.overIterations(
        .share, interval: .whiskers,
        (run.audit.outOfDistribution?.passAt1 ?? []).map { ($0.iteration, $0.accuracy) })
    }
    let disparity = audited.map { run in
      run.overIterations(
        .share, interval: .whiskers,
        (run.audit.outOfDistribution?.groupDisparity ?? []).map { ($0.iteration, $0.estimate) })
    }
    return Figure(
      title: "Out of distribution",
      caption: """
        Greedy answers to questions unlike those trained on. Group disparity is the share of the easiest group's \
        accuracy that the hardest group lacks, (easiest − hardest) / easiest: 0 % is even, 100 % means that the \
        hardest group is never solved. Whiskers are 95 % intervals.
        """,
      legend: audited,
      groups: [
        Figure.Group(
          title: nil,
          panels: [
            panel(
              "a. Accuracy", accuracy, iterations, yTitle: "OOD pass@1, greedy (%)",
              absence: "No greedy answers to out-of-distribution questions."),
            panel(
              "b. Group disparity", disparity, iterations, yTitle: "group disparity (%)",
              absence: "Undefined: the questions have fewer than two groups, or the easiest is never solved."),
          ])
      ],
      absence: "Not drawn: no out-of-distribution questions were audited (--ood-problems and --ood-samples).")
  }

  private static func panel(
    _ title: String, _ series: [Series], _ iterations: Axis, yTitle: String, absence: String
  ) -> Figure.Panel {
    guard series.contains(where: { !$0.isEmpty }) else { return Figure.Panel(title, absent: absence) }
    return Figure.Panel(
      title,
      LineChart(
        title: "\(yTitle) by iteration", size: .regular, xAxis: iterations,
        yAxis: .covering(series.flatMap(\.extent), title: yTitle, within: -.infinity...100, minimumSpan: 10),
        series: series))
  }
}
