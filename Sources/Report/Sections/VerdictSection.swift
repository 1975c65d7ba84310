import Core

/// The answer first: a sentence for each run, then the numbers behind it at a glance.
enum VerdictSection {
  static func html(_ input: ReportInput) -> HTMLFragment {
    guard !input.runs.isEmpty else {
      return "<section id=\"verdict\"><h2>Verdict</h2><p class=\"absent\">No run was audited.</p></section>"
    }
    let methods = input.runs.filter { !$0.isControl }
    let controls = input.runs.filter(\.isControl)
    let controlList: HTMLFragment =
      controls.isEmpty
      ? .empty
      : "<h3>Controls</h3><p>What the measures say where no self-improvement took place.</p>\n\(controls.map(verdict))"
    return """
      <section id="verdict"><h2>Verdict</h2>
      \(methods.map(verdict))
      \(controlList)
      \(rule(input.runs))
      <h3>At a glance</h3>
      \(glance(input.runs).html)
      \(coverage(input.runs))\(seeds(input.runs))
      </section>
      """
  }

  private static func verdict(_ run: ReportInput.RunSection) -> HTMLFragment {
    let summary = VerdictSummary(run.audit)
    let (kind, sign): (HTMLFragment, String) =
      switch run.audit.verdict.overall {
      case .progress: ("progress", "▲")
      case .reversal: ("reversal", "◆")
      case .regress: ("regress", "▼")
      case .inconclusive: ("inconclusive", "○")
      }
    return """
      <div class="verdict \(kind)"><p><strong>\(run.method): <span class="word"><span aria-hidden="true">\(sign)</span> \
      \(summary.word)</span>.</strong> \(summary.findings)</p></div>
      """
  }

  /// Which rule decided, where the file says so.
  private static func rule(_ runs: [ReportInput.RunSection]) -> HTMLFragment {
    let rules = Set(runs.compactMap(\.audit.verdict.rule)).sorted()
    guard !rules.isEmpty else { return .empty }
    return """
      <p>Decided by rule \(Phrase.list(rules)), fixed before these results; it stands under \
      <a href="#method">how it was measured</a>.</p>
      """
  }

  /// What the seed alone changes, where there are several runs of a kind.
  private static func seeds(_ runs: [ReportInput.RunSection]) -> HTMLFragment {
    let groups = RunGroup.assign(runs).filter(\.isPooled)
    guard !groups.isEmpty else { return .empty }
    return """

      <h3>Over the seeds</h3>
      <p>Each run's own tests cover the choice of questions; how far its numbers are those of its seed, these means and ranges \
      over runs show.</p>
      \(ReportTables.seeds(groups).html(caption: nil))
      """
  }

  private static func glance(_ runs: [ReportInput.RunSection]) -> Table {
    Table(
      columns: [
        "Method", "Verdict", "pass@1 of M₁", "best pass@1", "last pass@1", "distinct-n, correct", "OOD pass@1",
      ],
      rows: runs.map { run in
        let audit = run.audit
        let best = VerdictSummary.bestIteration(audit)
        let bestText = best.map {
          "\(Quantity.share.value($0.accuracy?.estimate ?? .nan)), \(Phrase.model($0.iteration))"
        }
        return [
          "\(run.method)", "\(VerdictSummary.word(audit.verdict))",
          "\(share(audit.passAt1, at: audit.firstIteration))",
          "\(bestText ?? Phrase.undefined)",
          "\(share(audit.passAt1, at: audit.lastIteration))",
          "\(fromTo(audit) { iteration in diversity(audit, at: iteration) })",
          "\(fromTo(audit) { iteration in share(audit.outOfDistribution?.passAt1 ?? [], at: iteration) })",
        ]
      })
  }

  private static func share(_ points: [AuditResult.PassAt1], at iteration: Int?) -> String {
    points.first { $0.iteration == iteration }?.accuracy.map { Quantity.share.value($0.estimate) } ?? Phrase.undefined
  }

  private static func diversity(_ audit: AuditResult, at iteration: Int?) -> String {
    audit.diversity.first { $0.iteration == iteration && $0.stratum == .correct }?.distinctN
      .map { Quantity.index.value($0.estimate) } ?? Phrase.undefined
  }

  private static func fromTo(_ audit: AuditResult, _ text: (Int?) -> String) -> String {
    let (first, last) = (text(audit.firstIteration), text(audit.lastIteration))
    return first == Phrase.undefined && last == Phrase.undefined ? Phrase.undefined : "\(first) → \(last)"
  }

  /// The paper's rule of thumb. Runs that start from the same M_1 share their coverage, which is then told once.
  private static func coverage(_ runs: [ReportInput.RunSection]) -> [HTMLFragment] {
    var told: [AuditResult.Coverage] = []
    return runs.filter { !$0.isControl }.compactMap { run -> HTMLFragment? in
      let coverage = run.audit.coverage
      guard let mean = coverage.meanCorrect, !told.contains(coverage) else { return nil }
      told.append(coverage)
      var text = "Correct answer coverage of M₁, the mean share of correct ones among its samples, is "
      text += Quantity.share.withInterval(mean)
      if let solvable = coverage.solvable {
        text += "; \(Quantity.share.withInterval(solvable)) of the questions have at least one correct sample"
      }
      switch coverage.recommendedMethod {
      case "sft": text += ". At or below 50\u{A0}%, the paper's rule expects most from Iterative SFT."
      case "dpo": text += ". Above 50\u{A0}%, the paper's rule expects most from Iterative DPO or SFT-DPO."
      default: text += "."
      }
      return "<p>\(text)</p>"
    }
  }
}
