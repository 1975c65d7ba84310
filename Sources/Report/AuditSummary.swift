import Core

/// An audit as text for a terminal: the verdict in a sentence, then every measure with its interval.
public struct AuditSummary: Sendable {
  private let result: AuditResult

  public init(_ result: AuditResult) { self.result = result }

  /// Accuracies, majorities and disparities in percent, changes in points, diversity as a fraction of 1.
  public var text: String {
    let verdict = VerdictSummary(result)
    let rule = result.verdict.rule.map { "Rule \(VisibleText.line($0)) (design/002-verdict-rule.md). " } ?? ""
    let sections =
      [
        VisibleText.line("\(verdict.word.prefix(1).uppercased() + verdict.word.dropFirst()): \(verdict.findings)"),
        rule + "95 % intervals in brackets, over questions; pass@k, majority@k and accuracies in percent.",
        measures,
      ] + result.furtherTables.map(\.text) + [comparisons, InputTable(result.input).text]
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var measures: String {
    var table = TextTable(header: ["measure"] + result.iterations.map { "M_\($0)" })
    func add(_ label: String, _ scale: NumberScale, _ estimate: (Int) -> Estimate?) {
      let estimates = result.iterations.map(estimate)
      guard estimates.contains(where: { $0 != nil }) else { return }
      table.rows.append([label] + estimates.map { $0.map(scale.text) ?? "–" })
    }
    func addGroups(_ prefix: String, _ groups: [AuditResult.Group], _ disparity: [AuditResult.GroupDisparity]) {
      for name in groups.filter({ $0.iteration == groups.first?.iteration }).map(\.group) {
        add("\(prefix)\(name)", .percent) { t in
          groups.first { $0.iteration == t && $0.group == name }?.accuracy
        }
      }
      add("\(prefix)group disparity", .percent) { t in disparity.first { $0.iteration == t }?.estimate }
    }

    func addFailures(_ prefix: String, _ counts: [AuditResult.VerdictCounts]?) {
      for decoding in [Decoding.greedy, .sampled] {
        let cells = result.iterations.map { t in
          counts?.first { $0.iteration == t && $0.decoding == decoding }.map {
            "\($0.unparsed), \($0.timeout), \($0.error) of \($0.total)"
          }
        }
        guard cells.contains(where: { $0 != nil }) else { continue }
        table.rows.append(["\(prefix)unparsed, timeout, error: \(decoding.rawValue)"] + cells.map { $0 ?? "–" })
      }
    }

    add("pass@1, greedy", .percent) { t in result.passAt1.first { $0.iteration == t }?.accuracy }
    add("  change from M_1", .points) { t in result.passAt1.first { $0.iteration == t }?.delta }
    for (name, entries) in [("pass", result.passAtK), ("majority", result.majorityAtK)] {
      for k in Set(entries.map(\.k)).sorted() {
        add("\(name)@\(k), sampled", .percent) { t in entries.first { $0.iteration == t && $0.k == k }?.estimate }
      }
    }
    for stratum in AuditResult.Stratum.allCases {
      func entry(_ t: Int) -> AuditResult.Diversity? {
        result.diversity.first { $0.iteration == t && $0.stratum == stratum }
      }
      add("distinct-n, \(stratum.rawValue)", .fraction) { entry($0)?.distinctN }
      add("  expectation-adjusted", .fraction) { entry($0)?.expectationAdjustedDistinctN }
      add("semantic, \(stratum.rawValue)", .fraction) { entry($0)?.semantic }
      add("distinct equations, \(stratum.rawValue)", .fraction) { entry($0)?.distinctEquations }
    }
    addGroups("", result.groups, result.groupDisparity)
    for (label, count) in [("improved questions", \AuditResult.ImprovementSet.size), ("lost questions", \.lostSize)] {
      let counts = result.iterations.map { t in result.improvementSet.first { $0.iteration == t }?[keyPath: count] }
      if !result.improvementSet.isEmpty { table.rows.append([label] + counts.map { $0.map(String.init) ?? "–" }) }
    }
    for (label, curve) in [
      ("on improved questions", \AuditResult.ImprovementSet.firstIterationPassAtK),
      ("where neither solves", \.controlPassAtK),
    ] {
      for k in Set(result.improvementSet.flatMap { $0[keyPath: curve].map(\.k) }).sorted() {
        add("M_1's pass@\(k) \(label)", .percent) { t in
          result.improvementSet.first { $0.iteration == t }?[keyPath: curve].first { $0.k == k }?.estimate
        }
      }
    }
    addFailures("", result.verdictCounts)
    if let ood = result.outOfDistribution {
      add("OOD pass@1, greedy", .percent) { t in ood.passAt1.first { $0.iteration == t }?.accuracy }
      add("  change from M_1", .points) { t in ood.passAt1.first { $0.iteration == t }?.delta }
      addGroups("OOD ", ood.groups, ood.groupDisparity)
      addFailures("OOD ", ood.verdictCounts)
    }
    return ([table.text] + coverage + (Self.missingMeasure(in: result).map { ["", $0] } ?? [])).joined(separator: "\n")
  }

  /// How to get the measure that needs another model, in a line; nil where it is there, or no measure of diversity is.
  public static func missingMeasure(in result: AuditResult) -> String? {
    guard result.diversity.contains(where: { $0.distinctN != nil }), result.diversity.allSatisfy({ $0.semantic == nil })
    else { return nil }
    return "semantic diversity was not measured: it needs a sentence encoder; get one with `reversal model fetch "
      + "all-MiniLM-L6-v2`, then audit with --embedder all-MiniLM-L6-v2"
  }

  private var coverage: [String] {
    guard let mean = result.coverage.meanCorrect, let method = result.coverage.recommendedMethod else { return [] }
    let solvable = result.coverage.solvable.map { "; \(NumberScale.percent.text($0)) solvable" } ?? ""
    return [
      "",
      "coverage of M_1: \(NumberScale.percent.text(mean)) of its samples correct\(solvable); the paper's rule: "
        + (method == "dpo" ? "Iterative DPO or SFT-DPO" : "Iterative SFT"),
    ]
  }

  /// Changes and the smallest ones that would be seen, in points of accuracy or as fractions of 1.
  private var comparisons: String {
    var table = TextTable(header: [
      "change from M_1", "at", "effect", "adjusted p", "verdict", "no change within", "seen from",
    ])
    for axis in result.verdict.axes {
      guard let effect = axis.effect, let p = axis.adjustedP else { continue }
      let name = AxisName(axis.axis)
      table.rows.append([
        name.label, "M_\(axis.iteration)",
        (name.quantity == .share ? NumberScale.points : .signedFraction).text(effect), Phrase.probability(p),
        axis.verdict.rawValue,
        axis.equivalence.map { $0.isShown ? "±" + name.quantity.number($0.margin) : "not shown" } ?? Phrase.undefined,
        axis.detectableEffect?.corrected.map(name.quantity.number) ?? Phrase.undefined,
      ])
    }
    return table.rows.isEmpty ? "" : table.text
  }
}

/// How an estimate is written.
enum NumberScale {
  case percent, points, fraction, signedFraction, count

  /// The estimate with its interval.
  func text(_ value: Estimate) -> String {
    "\(number(value.estimate)) [\(number(value.low)), \(number(value.high))]"
  }

  func number(_ value: Double) -> String {
    switch self {
    case .percent: Quantity.share.number(value)
    case .points: Quantity.share.signedNumber(value)
    case .fraction: Quantity.index.number(value)
    case .signedFraction: Quantity.index.signedNumber(value)
    case .count: Decimal.text(value, decimals: 1)
    }
  }
}
