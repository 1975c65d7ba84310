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
    ([result.mainTable.text] + coverage + (Self.missingMeasure(in: result).map { ["", $0] } ?? []))
      .joined(separator: "\n")
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
