import Core

/// The tables of a report in every format but HTML, which has them among its figures.
enum ReportTables {
  /// At a glance, the runs' own tables, and the comparison where there is one.
  static func all(_ input: ReportInput) -> [(heading: String, tables: [ReportTable])] {
    var parts: [(String, [ReportTable])] = [("At a glance", [glance(input.runs)])]
    let groups = RunGroup.assign(input.runs).filter(\.isPooled)
    if !groups.isEmpty { parts.append(("Over the seeds", [seeds(groups)])) }
    if let comparison = input.comparison {
      for table in comparison.tables {
        parts.append(
          (
            "Side by side at the \(table.at.rawValue) iteration, on \(Phrase.questions(comparison.questions)) that all have",
            Self.comparison(table)
          ))
      }
    }
    for run in input.runs {
      parts.append(
        (
          run.method,
          ([ReportTable(run.audit.mainTable)] + run.audit.furtherTables.map { ReportTable($0) } + [axes(run.audit)])
            .filter { !$0.rows.isEmpty }
        ))
    }
    return parts
  }

  static func glance(_ runs: [ReportInput.RunSection]) -> ReportTable {
    ReportTable(
      title: "The runs at a glance",
      columns: [
        "method", "verdict", "coverage of M_1", "pass@1 of M_1", "best pass@1", "at", "last pass@1", "change",
        "distinct-n, first", "last", "OOD change",
      ],
      rows: runs.map { run in
        let audit = run.audit
        func greedy(_ t: Int?) -> ReportTable.Cell {
          share(audit.passAt1.first { $0.iteration == t }?.accuracy)
        }
        func diversity(_ t: Int?) -> ReportTable.Cell {
          audit.diversity.first { $0.iteration == t && $0.stratum == .correct }?.distinctN
            .map { .estimate($0, .index, isChange: false) } ?? .undefined
        }
        func change(_ points: [AuditResult.PassAt1]?) -> ReportTable.Cell {
          points?.first { $0.iteration == audit.lastIteration }?.delta
            .map { .estimate($0, .share, isChange: true) } ?? .undefined
        }
        let best = VerdictSummary.bestIteration(audit)
        return [
          .text(run.method), .text(VerdictSummary.word(audit.verdict)), share(audit.coverage.meanCorrect),
          greedy(audit.firstIteration), share(best?.accuracy), best.map { .text("M_\($0.iteration)") } ?? .undefined,
          greedy(audit.lastIteration), change(audit.passAt1), diversity(audit.firstIteration),
          diversity(audit.lastIteration), change(audit.outOfDistribution?.passAt1),
        ]
      })
  }

  /// Means over runs that differ in their seed only; a range, not an interval.
  static func seeds(_ groups: [RunGroup]) -> ReportTable {
    let axes = groups.flatMap { $0.audits.flatMap { audit in audit.verdict.axes.map(\.axis) } }
      .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return ReportTable(
      title: "Change from M_1 to the last iteration over runs that differ in their seed",
      columns: ["method", "axis", "runs", "mean", "standard deviation", "lowest", "highest", "better", "worse"],
      rows: groups.flatMap { group in
        axes.compactMap { name -> [ReportTable.Cell]? in
          let found = group.audits.compactMap { audit in
            audit.verdict.axes.first { $0.axis == name && $0.iteration == audit.lastIteration && $0.effect != nil }
          }
          let effects = found.compactMap(\.effect?.estimate)
          guard let low = effects.min(), let high = effects.max() else { return nil }
          let mean = effects.reduce(0, +) / Double(effects.count)
          let squares = effects.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
          let words = AxisName(name)
          return [
            .text(group.name), .text(words.label), .text("\(effects.count)"),
            .text(words.quantity.signedNumber(mean)),
            effects.count > 1
              ? .number((squares / Double(effects.count - 1)).squareRoot(), words.quantity) : .undefined,
            .text(words.quantity.signedNumber(low)), .text(words.quantity.signedNumber(high)),
            .text("\(found.count { $0.verdict == .better })"), .text("\(found.count { $0.verdict == .worse })"),
          ]
        }
      })
  }

  static func axes(_ audit: AuditResult) -> ReportTable {
    ReportTable(
      title: "What the verdict rests on, at the last iteration",
      columns: ["axis", "change from M_1", "n", "adjusted p", "finding", "no change within", "seen from"],
      rows: audit.verdict.axes.filter { $0.iteration == audit.lastIteration }.map { axis in
        let name = AxisName(axis.axis)
        return [
          .text(name.label), axis.effect.map { .estimate($0, name.quantity, isChange: true) } ?? .undefined,
          axis.effect.map { .text("\($0.n)") } ?? .undefined, .text(Phrase.probability(axis.adjustedP)),
          .text(axis.verdict.rawValue),
          axis.equivalence.map { .text($0.isShown ? "±" + name.quantity.number($0.margin) : "not shown") }
            ?? .undefined,
          axis.detectableEffect?.corrected.map { .number($0, name.quantity) } ?? .undefined,
        ]
      })
  }

  static func comparison(_ table: RunComparison.Table) -> [ReportTable] {
    let names = table.runs.map { "\($0.name), M_\($0.iteration)" }
    let pages: Set<String> = ["measures", "crossover", "support", "cover", "entropy", "text-profile"]
    let values = ([table.audit.mainTable] + table.audit.furtherTables).filter { pages.contains($0.page) }.map {
      ReportTable($0, columns: names)
    }
    let baseline = table.runs.first?.name ?? ""
    let differences = ReportTable(
      title: "Differences from \(baseline)", columns: ["measure", "of", "difference", "adjusted p", "finding"],
      rows: table.differences.compactMap { entry in
        guard let difference = entry.difference, let p = entry.adjustedP else { return nil }
        let name = AxisName(entry.measure)
        return [
          .text(name.label), .text(entry.run), .estimate(difference, name.quantity, isChange: true),
          .text(Phrase.probability(p)), .text(entry.finding.rawValue),
        ]
      })
    return [differences] + values
  }

  private static func share(_ estimate: Estimate?) -> ReportTable.Cell {
    estimate.map { .estimate($0, .share, isChange: false) } ?? .undefined
  }
}
