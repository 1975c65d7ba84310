import Core

/// The diversity measures over the iterations, correct and incorrect answers apart.
enum DiversityFigure {
  static func make(_ runs: [StyledRun]) -> Figure {
    let measures = DiversityMeasure.allCases.filter { measure in
      runs.contains { $0.audit.diversity.contains { measure.estimate(in: $0) != nil } }
    }
    let groups = AuditResult.Stratum.allCases.map { stratum in
      Figure.Group(
        title: stratum == .correct ? "Correct answers" : "Incorrect answers",
        panels: measures.map { panel($0, stratum, runs) })
    }
    return Figure(
      title: "Diversity of the sampled answers",
      caption: """
        Higher is more diverse; near 0 the samples of a question repeat each other. Each iteration is averaged over \
        its own questions with at least two samples of the kind; the tests below compare the same questions with \
        equally many answers. A measure has one vertical axis for correct and incorrect answers. Whiskers are 95 % \
        intervals.
        """,
      legend: runs, groups: groups,
      absence: """
        Not drawn: diversity needs two sampled answers to a question that are both correct or both incorrect, and \
        there are none.
        """)
  }

  private static func panel(
    _ measure: DiversityMeasure, _ stratum: AuditResult.Stratum, _ runs: [StyledRun]
  ) -> Figure.Panel {
    let lines = series(measure, stratum, runs)
    guard lines.contains(where: { !$0.isEmpty }) else {
      return Figure.Panel(measure.label, absent: "No question has two \(stratum.rawValue) samples.")
    }
    let both = AuditResult.Stratum.allCases.flatMap { series(measure, $0, runs).flatMap(\.extent) }
    return Figure.Panel(
      measure.label,
      LineChart(
        title: "\(measure.label) of \(stratum.rawValue) answers by iteration", size: .small,
        xAxis: .iterations(runs.flatMap(\.audit.iterations)),
        yAxis: .covering(both, title: measure.axisTitle, within: 0...(.infinity), minimumSpan: 0.1), series: lines))
  }

  private static func series(
    _ measure: DiversityMeasure, _ stratum: AuditResult.Stratum, _ runs: [StyledRun]
  ) -> [Series] {
    runs.map { run in
      run.overIterations(
        .index, interval: .whiskers,
        run.audit.diversity.filter { $0.stratum == stratum }.map { ($0.iteration, measure.estimate(in: $0)) })
    }
  }
}
