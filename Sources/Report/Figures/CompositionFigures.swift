import Core

/// Wholes cut into shares: the training rows by difficulty, the answers by verdict.
enum CompositionFigures {
  static func training(_ groups: [RunGroup]) -> Figure {
    let panels = groups.flatMap { group in
      group.runs.flatMap { run -> [Figure.Panel] in
        guard let difficulty = run.audit.measures?.trainingDifficulty else { return [] }
        return [
          panel("M₁ solves", difficulty.accuracyBins, difficulty.byAccuracy, run),
          panel("group", difficulty.groupBins, difficulty.byGroup, run),
        ].compactMap { $0 }
      }
    }
    return Figure(
      title: "What each iteration was trained on, by difficulty",
      caption: Figure.Caption(
        shown: """
          The training rows of each iteration by how hard their question is for M₁ (the share of its samples that is \
          correct) or by its group. The first bar is what the training questions themselves are: a row a question.
          """,
        computed: """
          Shares of all rows of an iteration. Easy questions give more correct answers and so more rows ("tail \
          narrowing"). docs/measures/training-difficulty.md.
          """,
        findings: Reading.of(groups, sentence)),
      legend: [], groups: [Figure.Group(title: nil, panels: panels)], absence: "training rows by difficulty")
  }

  static func verdicts(_ groups: [RunGroup]) -> Figure {
    let counted = groups.flatMap(\.audits).flatMap {
      ($0.verdictCounts ?? []) + ($0.outOfDistribution?.verdictCounts ?? [])
    }
    let all: [(String, Verdict.Outcome)] = [
      ("correct", .correct), ("incorrect", .incorrect), ("unparsed", .unparsed), ("timed out", .timeout),
      ("verifier failed", .error),
    ]
    // What never occurred would only bring the colours of the others closer.
    let outcomes = all.filter { outcome in counted.contains { $0[outcome.1] > 0 } }
    func panel(_ title: String, _ counts: [AuditResult.VerdictCounts]) -> Figure.Panel? {
      guard !counts.isEmpty else { return nil }
      return Figure.Panel(
        title,
        StackedBarChart(
          title: "Verdicts, \(title)", yTitle: "answers (%)", xTitle: "iteration t", parts: outcomes.map(\.0),
          bars: counts.map { row in
            StackedBarChart.Bar(
              label: Phrase.model(row.iteration),
              shares: outcomes.map { row.total > 0 ? Double(row[$0.1]) / Double(row.total) : nil })
          }),
        ownLegend: true)
    }
    let panels = groups.flatMap(\.runs).flatMap { run in
      [Decoding.greedy, .sampled].map { decoding in
        panel("\(run.method), \(decoding.rawValue)", (run.audit.verdictCounts ?? []).filter { $0.decoding == decoding })
      } + [panel("\(run.method), out of distribution", run.audit.outOfDistribution?.verdictCounts ?? [])]
    }.compactMap { $0 }
    return Figure(
      title: "Verdicts on all answers",
      caption: Figure.Caption(
        shown: """
          Every answer that was audited by its verdict. An answer that could not be read, ran out of time or could not be \
          judged counts as not correct, and is shown as what it is.
          """,
        computed: "Shares of an iteration's answers; counts stand under \"Every number\".",
        findings: Reading.of(groups) { group in
          let counts = group.audits.flatMap { $0.verdictCounts ?? [] }
          let (all, lost) = counts.reduce((0.0, 0.0)) {
            ($0.0 + Double($1.total), $0.1 + Double($1.unparsed) + Double($1.timeout) + Double($1.error))
          }
          guard all > 0 else { return nil }
          return "\(Quantity.share.value(lost / all)) of the answers were not read or not judged"
        }),
      legend: [], groups: [Figure.Group(title: nil, panels: panels)], absence: "verdicts, counted")
  }

  private static func panel(
    _ title: String, _ bins: [AuditResult.TrainingDifficulty.Bin], _ rows: [AuditResult.TrainingDifficulty.Rows],
    _ run: ReportInput.RunSection
  ) -> Figure.Panel? {
    let iterations = Set(rows.map(\.iteration)).sorted()
    guard !bins.isEmpty, !iterations.isEmpty else { return nil }
    let bars =
      [StackedBarChart.Bar(label: "questions", shares: bins.map(\.questionShare))]
      + iterations.map { t in
        StackedBarChart.Bar(
          label: Phrase.model(t),
          shares: bins.map { bin in rows.first { $0.iteration == t && $0.bin == bin.name }?.share?.estimate })
      }
    return Figure.Panel(
      "\(run.method), \(title == "group" ? "by group" : "by M₁'s accuracy")",
      StackedBarChart(
        title: "Training rows by difficulty, \(run.method)", yTitle: "rows (%)", xTitle: "trained model",
        parts: bins.map { title == "group" ? $0.name : "\(title) \($0.name)" }, bars: bars),
      ownLegend: true)
  }

  private static func sentence(_ group: RunGroup) -> String? {
    guard let audit = group.audits.first, let difficulty = audit.measures?.trainingDifficulty,
      let easiest = difficulty.accuracyBins.last, let last = difficulty.byAccuracy.map(\.iteration).max(),
      let share = difficulty.byAccuracy.first(where: { $0.iteration == last && $0.bin == easiest.name })?.share
    else { return nil }
    return "the questions that are easiest for M₁ give \(Quantity.share.withInterval(share)) of the rows of "
      + "\(Phrase.model(last)) and are \(Quantity.share.value(easiest.questionShare)) of the training questions"
      + (group.isPooled ? " (first run)" : "")
  }
}
