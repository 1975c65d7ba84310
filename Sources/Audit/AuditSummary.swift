import Core
import Foundation

/// An audit as text for a terminal: the verdict in a sentence, then every measure with its interval.
public struct AuditSummary: Sendable {
  private let result: AuditResult

  public init(_ result: AuditResult) { self.result = result }

  /// Accuracies, majorities and disparities in percent, changes in points, diversity as a fraction of 1.
  public var text: String {
    let sections =
      [
        VerdictSentence(result.verdict).text,
        "95 % intervals in brackets, over questions; pass@k, majority@k and accuracies in percent.",
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
    return ([table.text] + coverage).joined(separator: "\n")
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

  private var comparisons: String {
    var table = TextTable(header: ["change from M_1", "at", "effect", "adjusted p", "verdict"])
    for axis in result.verdict.axes {
      guard let effect = axis.effect, let p = axis.adjustedP else { continue }
      let known = VerdictAxis(rawValue: axis.axis)
      let scale: NumberScale = known?.diversity == nil ? .points : .signedFraction
      table.rows.append([
        known?.title ?? axis.axis, "M_\(axis.iteration)", scale.text(effect), p < 0.001 ? "< 0.001" : format(p, 3),
        axis.verdict.rawValue,
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
    case .percent: format(100 * value, 1)
    case .points: format(100 * value, 1, isSigned: true)
    case .fraction: format(value, 3)
    case .signedFraction: format(value, 3, isSigned: true)
    case .count: format(value, 1)
    }
  }
}

func format(_ value: Double, _ decimals: Int, isSigned: Bool = false) -> String {
  let text = String(format: isSigned ? "%+.\(decimals)f" : "%.\(decimals)f", value)
  // A loss that rounds to nothing is not "-0.0".
  let isZero = !text.contains { ("1"..."9").contains($0) }
  return isZero ? String(format: "%.\(decimals)f", 0.0) : text
}
