import Core

/// pass@1 over the iterations, and its change against M_1.
enum PassAt1Figure {
  static func make(_ runs: [StyledRun]) -> Figure {
    let accuracy = runs.map { run in
      run.overIterations(.share, interval: .band, run.audit.passAt1.map { ($0.iteration, $0.accuracy) })
    }
    let change = runs.map { run in
      run.overIterations(
        .share, interval: .whiskers, isChange: true,
        run.audit.passAt1.filter { $0.iteration != run.audit.firstIteration }.map { ($0.iteration, $0.delta) })
    }
    let iterations = Axis.iterations(runs.flatMap(\.audit.iterations))
    var panels: [Figure.Panel] = []
    if accuracy.contains(where: { !$0.isEmpty }) {
      panels.append(
        Figure.Panel(
          "a. Accuracy",
          LineChart(
            title: "pass@1 by iteration", size: .regular, xAxis: iterations,
            yAxis: .covering(accuracy.flatMap(\.extent), title: "pass@1, greedy (%)", within: 0...100, minimumSpan: 10),
            series: accuracy)))
    }
    if change.contains(where: { !$0.isEmpty }) {
      panels.append(
        Figure.Panel(
          "b. Change against M₁, paired over questions",
          LineChart(
            title: "Change of pass@1 against M₁ by iteration", size: .regular, xAxis: iterations,
            yAxis: .covering(change.flatMap(\.extent) + [0], title: "change of pass@1 (points)", minimumSpan: 4),
            series: change, reference: 0)))
    }
    return Figure(
      title: "pass@1 over the iterations",
      caption: """
        Greedy answers to the test questions. Bands and whiskers are 95 % intervals; those in b compare the same \
        questions before and after, and are therefore the narrower ones.
        """,
      legend: runs, groups: [Figure.Group(title: nil, panels: panels)],
      absence: "Not drawn: pass@1 needs greedy answers, and none were given.")
  }
}
