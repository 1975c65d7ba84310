import Core

/// What the verdict rests on: every axis at every iteration with its effect, interval, adjusted p and finding.
enum AxesSection {
  static func html(_ runs: [ReportInput.RunSection]) -> HTMLFragment {
    let tables = runs.map { run -> HTMLFragment in
      guard !run.audit.verdict.axes.isEmpty else {
        return "<h3>\(run.method)</h3><p class=\"absent\">No axis could be tested: it takes two iterations.</p>"
      }
      let last = run.audit.lastIteration
      let decisive = run.audit.verdict.axes.filter { $0.iteration == last }
      let earlier = run.audit.verdict.axes.filter { $0.iteration != last }
      let rest: HTMLFragment =
        earlier.isEmpty
        ? .empty
        : "<details><summary>The earlier iterations</summary>\n\(table(earlier).html)</details>"
      return "<h3>\(run.method)</h3>\n\(table(decisive).html)\n\(rest)"
    }
    return """
      <section id="axes"><h2>What the verdict rests on</h2>
      <p>Each row compares an iteration with M₁. The p-value is two-sided and corrected by Holm's method for all \
      comparisons of the run; "better" and "worse" are said only where the corrected test allows it. "No change" \
      is a finding too: two one-sided tests, corrected likewise, of a margin fixed beforehand. A change smaller than that \
      of the last column is missed more often than one time in five.</p>
      \(tables)
      </section>
      """
  }

  private static func table(_ axes: [AuditResult.Verdict.Axis]) -> Table {
    Table(
      columns: [
        "Axis", "Iteration", "Effect", "95 % interval", "n", "Adjusted p", "Finding", "No change", "Seen from",
      ],
      rows: axes.map { axis in
        let name = AxisName(axis.axis)
        let effect = axis.effect
        return [
          "\(name.label)", "\(Phrase.model(axis.iteration))",
          "\(effect.map { name.quantity.change($0.estimate) } ?? Phrase.undefined)",
          "\(effect.map { name.quantity.interval($0) } ?? Phrase.undefined)",
          "\(effect.map { Decimal.count($0.n) } ?? Phrase.undefined)",
          "\(Phrase.probability(axis.adjustedP))", finding(axis.verdict),
          "\(axis.equivalence.map { noChange($0, name.quantity) } ?? Phrase.undefined)",
          "\(axis.detectableEffect?.corrected.map(name.quantity.magnitude) ?? Phrase.undefined)",
        ]
      })
  }

  private static func noChange(_ equivalence: AuditResult.Verdict.Equivalence, _ quantity: Quantity) -> String {
    equivalence.isShown ? "within ±\(quantity.magnitude(equivalence.margin))" : "not shown"
  }

  private static func finding(_ finding: AuditResult.Verdict.Axis.Finding) -> HTMLFragment {
    switch finding {
    case .better: "<span class=\"better\">▲ better</span>"
    case .worse: "<span class=\"worse\">▼ worse</span>"
    case .inconclusive: "<span class=\"open\">○ inconclusive</span>"
    }
  }
}
