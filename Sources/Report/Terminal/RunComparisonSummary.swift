import Core

/// A comparison of runs as text for a terminal.
public struct RunComparisonSummary: Sendable {
  private let comparison: RunComparison

  public init(_ comparison: RunComparison) { self.comparison = comparison }

  public var text: String {
    ([
      "Compared on \(comparison.questions) questions that all runs have\(leftOut). 95 % intervals in brackets, over "
        + "questions; accuracies in percent, their differences in points."
    ] + conditions + comparison.tables.map(text)).joined(separator: "\n\n") + "\n"
  }

  /// In what the runs were not made alike, and what follows from it.
  private var conditions: [String] {
    guard !comparison.conditions.isEmpty, let runs = comparison.tables.first?.runs.map(\.name) else { return [] }
    var table = TextTable(header: ["what the runs differ in"] + runs)
    table.rows = comparison.conditions.map { [$0.name] + $0.values.map { $0 ?? "unknown" } }
    let mattering = comparison.conditions.filter { $0.kind == .environment && $0.name != "threads" }.map(\.name)
    guard !mattering.isEmpty else { return [table.text] }
    return [
      table.text,
      "Not made in one environment (\(mattering.joined(separator: ", "))): the same seed need not give the same bytes.",
    ]
  }

  private var leftOut: String {
    let left = comparison.tables.first?.runs.filter { $0.questionsLeftOut > 0 } ?? []
    guard !left.isEmpty else { return "" }
    return "; left out: " + left.map { "\($0.questionsLeftOut) of \($0.name)" }.joined(separator: ", ")
  }

  private func text(_ table: RunComparison.Table) -> String {
    let title =
      switch table.at {
      case .last: "At the last iteration"
      case .best: "At the best iteration by pass@1 on these questions, so too good by the luck of the choice"
      }
    return ([title, values(table).text, differences(table).text] + further(table)).joined(separator: "\n\n")
  }

  private func header(_ table: RunComparison.Table) -> [String] {
    table.runs.map { "\($0.name), M_\($0.iteration)" }
  }

  private func values(_ table: RunComparison.Table) -> TextTable {
    var text = TextTable(header: ["measure"] + header(table))
    let audit = table.audit
    func add(_ label: String, _ scale: NumberScale, _ estimate: (Int) -> Estimate?) {
      let estimates = audit.iterations.map(estimate)
      guard estimates.contains(where: { $0 != nil }) else { return }
      text.rows.append([label] + estimates.map { $0.map(scale.text) ?? "–" })
    }
    add("pass@1, greedy", .percent) { t in audit.passAt1.first { $0.iteration == t }?.accuracy }
    for (name, entries) in [("pass", audit.passAtK), ("majority", audit.majorityAtK)] {
      for k in Set(entries.map(\.k)).sorted() {
        add("\(name)@\(k), sampled", .percent) { t in entries.first { $0.iteration == t && $0.k == k }?.estimate }
      }
    }
    for stratum in AuditResult.Stratum.allCases {
      func entry(_ t: Int) -> AuditResult.Diversity? {
        audit.diversity.first { $0.iteration == t && $0.stratum == stratum }
      }
      add("distinct-n, \(stratum.rawValue)", .fraction) { entry($0)?.distinctN }
      add("semantic, \(stratum.rawValue)", .fraction) { entry($0)?.semantic }
      add("distinct equations, \(stratum.rawValue)", .fraction) { entry($0)?.distinctEquations }
    }
    add("OOD pass@1, greedy", .percent) { t in audit.outOfDistribution?.passAt1.first { $0.iteration == t }?.accuracy }
    return text
  }

  private func differences(_ table: RunComparison.Table) -> TextTable {
    let baseline = table.runs.first?.name ?? ""
    var text = TextTable(header: ["difference from \(baseline)", "of", "difference", "adjusted p", ""])
    for entry in table.differences {
      guard let difference = entry.difference, let p = entry.adjustedP else { continue }
      let axis = AxisName(entry.measure)
      let scale: NumberScale = axis.quantity == .share ? .points : .signedFraction
      text.rows.append([
        axis.label, entry.run, scale.text(difference), p < 0.001 ? "< 0.001" : Decimal.text(p, decimals: 3),
        entry.finding.rawValue,
      ])
    }
    return text
  }

  /// The tables of an audit that make sense between runs.
  private func further(_ table: RunComparison.Table) -> [String] {
    let pages: Set<String> = ["crossover", "support", "cover", "entropy", "text-profile"]
    return table.audit.furtherTables.filter { pages.contains($0.page) }.map { $0.text(comparing: header(table)) }
  }
}
