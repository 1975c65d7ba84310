import Core

/// Every number of the audit, folded away by kind.
enum NumbersSection {
  static func html(_ runs: [ReportInput.RunSection]) -> HTMLFragment {
    """
    <section id="numbers"><h2>Every number</h2>
    <p>Estimates with their 95 % intervals; n counts the questions; "–" is undefined, which is not zero.\(file(runs))</p>
    \(runs.map(numbers))
    </section>
    """
  }

  /// All of the audits, also what has no table here.
  private static func file(_ runs: [ReportInput.RunSection]) -> HTMLFragment {
    // Numbers that JSON cannot hold come from no audit, and then there is no file.
    guard !runs.isEmpty, let csv = try? CSVReport.render(ReportInput(title: "", runs: runs)) else { return .empty }
    return " \(Download.link("All of it as one CSV file", file: "numbers.csv", csv: csv))"
  }

  private static func numbers(_ run: ReportInput.RunSection) -> HTMLFragment {
    let audit = run.audit
    var parts: [HTMLFragment] = [
      details("pass@1", passAt1(audit.passAt1)),
      details("Best iteration by pass@1", best(audit.bestIteration)),
      details("pass@k", atK(audit.passAtK)),
      details("majority@k", atK(audit.majorityAtK)),
      details("Coverage of M₁", coverage(audit.coverage)),
      improvementSets(audit.improvementSet),
      details("Diversity", diversity(audit.diversity)),
      details("Second M₁, whose gains are noise", null(audit.controls?.null)),
      details("Accuracy by group", groups(audit.groups)),
      details("Group disparity", disparity(audit.groupDisparity)),
      details("Verdicts, counted", verdicts(audit.verdictCounts)),
    ]
    if let other = audit.outOfDistribution {
      parts.append(details("Out of distribution: pass@1", passAt1(other.passAt1)))
      parts.append(details("Out of distribution: accuracy by group", groups(other.groups)))
      parts.append(details("Out of distribution: group disparity", disparity(other.groupDisparity)))
      parts.append(details("Out of distribution: verdicts, counted", verdicts(other.verdictCounts)))
    } else {
      parts.append("<p class=\"absent\">Out of distribution: not audited.</p>")
    }
    return "<h3>\(run.method)</h3>\n\(parts)"
  }

  private static func details(_ title: String, _ table: Table) -> HTMLFragment {
    guard !table.rows.isEmpty else { return "<p class=\"absent\">\(title): no data.</p>" }
    return "<details><summary>\(title)</summary>\n\(table.html)</details>"
  }

  private static func passAt1(_ points: [AuditResult.PassAt1]) -> Table {
    Table(
      columns: ["Iteration", "Accuracy", "n", "Change against M₁"],
      rows: points.map { point in
        [
          "\(Phrase.model(point.iteration))", share(point.accuracy), counts([point.accuracy, point.delta]),
          "\(Quantity.share.changeWithInterval(point.delta))",
        ]
      })
  }

  private static func best(_ best: AuditResult.BestIteration?) -> Table {
    Table(
      columns: ["Iteration", "pass@1 where it was picked", "Freed of the picking", "n"],
      rows: (best.map { [$0] } ?? []).map {
        ["\(Phrase.model($0.iteration))", share($0.passAt1), share($0.corrected), count($0.passAt1)]
      })
  }

  private static func null(_ null: AuditResult.NullModel?) -> Table {
    guard let null else { return Table(columns: [], rows: []) }
    let sizes: [[HTMLFragment]] = [
      ["pass@1", share(null.accuracy), count(null.accuracy)],
      ["Change against M₁", "\(Quantity.share.changeWithInterval(null.delta))", count(null.delta)],
      ["Gained", "\(Decimal.count(null.size))", ""], ["Lost", "\(Decimal.count(null.lostSize))", ""],
    ]
    return Table(
      columns: ["Measure", "Value", "n"],
      rows: sizes
        + null.firstIterationPassAtK.map {
          ["M₁'s pass@\($0.k) on the gained", share($0.estimate), count($0.estimate)]
        })
  }

  /// A row for each k, a column for each iteration.
  private static func atK(_ points: [AuditResult.AtK]) -> Table {
    let iterations = Set(points.map(\.iteration)).sorted()
    return Table(
      columns: ["k"] + iterations.map { Phrase.model($0) } + ["n"],
      rows: Set(points.map(\.k)).sorted().map { k in
        let row = iterations.map { iteration in
          points.first { $0.k == k && $0.iteration == iteration }?.estimate
        }
        return ["\(k)"] + row.map { share($0) } + [counts(row)]
      })
  }

  private static func coverage(_ coverage: AuditResult.Coverage) -> Table {
    Table(
      columns: ["Measure", "Value", "n"],
      rows: [
        ["Mean share of correct samples", share(coverage.meanCorrect), count(coverage.meanCorrect)],
        ["Questions with a correct sample", share(coverage.solvable), count(coverage.solvable)],
        ["Recommended method", "\(coverage.recommendedMethod ?? Phrase.undefined)", ""],
      ])
  }

  private static func improvementSets(_ sets: [AuditResult.ImprovementSet]) -> HTMLFragment {
    guard !sets.isEmpty else { return "<p class=\"absent\">Improvement sets: no data.</p>" }
    let sizes = Table(
      columns: ["Iteration", "Gained, IS(t)", "Lost"],
      rows: sets.map {
        ["\(Phrase.model($0.iteration))", "\(Decimal.count($0.size))", "\(Decimal.count($0.lostSize))"]
      })
    let members = sets.filter { !$0.problemIDs.isEmpty }.map { set -> HTMLFragment in
      """
      <details><summary>The questions of IS(\(set.iteration))</summary><p class="ids">\
      \(set.problemIDs.map(\.rawValue).joined(separator: ", "))</p></details>
      """
    }
    return """
      <details><summary>Improvement sets</summary>
      \(sizes.html)
      \(curves("M₁'s pass@k on IS(t)", sets, \.firstIterationPassAtK).html)
      \(curves("M₁'s pass@k on the questions that neither M₁ nor Mₜ solves", sets, \.controlPassAtK).html)
      \(members)
      </details>
      """
  }

  private static func curves(
    _ caption: String, _ sets: [AuditResult.ImprovementSet],
    _ points: KeyPath<AuditResult.ImprovementSet, [AuditResult.KEstimate]>
  ) -> Table {
    let byK = Set(sets.flatMap { $0[keyPath: points].map(\.k) }).sorted().map { k in
      ["\(k)"] + sets.map { set in share(set[keyPath: points].first { $0.k == k }?.estimate) }
    }
    let n = ["n"] + sets.map { counts($0[keyPath: points].map(\.estimate)) }
    return Table(
      caption: caption, columns: ["k"] + sets.map { "t = \($0.iteration)" }, rows: byK.isEmpty ? [] : byK + [n])
  }

  private static func diversity(_ rows: [AuditResult.Diversity]) -> Table {
    Table(
      columns: ["Iteration", "Answers"] + DiversityMeasure.allCases.map(\.label) + ["n"],
      rows: rows.map { row in
        let estimates = DiversityMeasure.allCases.map { $0.estimate(in: row) }
        return ["\(Phrase.model(row.iteration))", "\(row.stratum.rawValue)"]
          + estimates.map { "\(Quantity.index.withInterval($0))" } + [counts(estimates)]
      })
  }

  private static func groups(_ rows: [AuditResult.Group]) -> Table {
    let iterations = Set(rows.map(\.iteration)).sorted()
    let names = rows.map(\.group).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return Table(
      columns: ["Group"] + iterations.map { Phrase.model($0) } + ["n"],
      rows: names.map { name in
        let row = iterations.map { iteration in
          rows.first { $0.group == name && $0.iteration == iteration }?.accuracy
        }
        return ["\(name)"] + row.map { share($0) } + [counts(row)]
      })
  }

  private static func disparity(_ rows: [AuditResult.GroupDisparity]) -> Table {
    Table(
      columns: ["Iteration", "Group disparity", "n"],
      rows: rows.map { ["\(Phrase.model($0.iteration))", share($0.estimate), count($0.estimate)] })
  }

  /// Answers that could not be read or judged stand beside the wrong ones, as what they are.
  private static func verdicts(_ counts: [AuditResult.VerdictCounts]?) -> Table {
    let outcomes: [(title: String, outcome: Verdict.Outcome)] = [
      ("Correct", .correct), ("Incorrect", .incorrect), ("Unparsed", .unparsed), ("Timed out", .timeout),
      ("Verifier failed", .error),
    ]
    return Table(
      columns: ["Iteration", "Decoding"] + outcomes.map(\.title) + ["All"],
      rows: (counts ?? []).map { row in
        ["\(Phrase.model(row.iteration))", "\(row.decoding.rawValue)"]
          + outcomes.map { "\(Decimal.count(row[$0.outcome]))" } + ["\(Decimal.count(row.total))"]
      })
  }

  private static func share(_ estimate: Estimate?) -> HTMLFragment { "\(Quantity.share.withInterval(estimate))" }

  private static func count(_ estimate: Estimate?) -> HTMLFragment { counts([estimate]) }

  /// The number of questions behind a row: one number where its cells agree, else the range.
  private static func counts(_ estimates: [Estimate?]) -> HTMLFragment {
    let counts = estimates.compactMap { $0?.n }
    guard let low = counts.min(), let high = counts.max() else { return "\(Phrase.undefined)" }
    return low == high ? "\(Decimal.count(low))" : "\(Decimal.count(low)) to \(Decimal.count(high))"
  }
}
