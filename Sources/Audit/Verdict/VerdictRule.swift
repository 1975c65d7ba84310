import Core
import Statistics

/// Decides whether the last iteration is progress. The rule was fixed before any result: design/002-verdict-rule.md.
public enum VerdictRule {
  /// The family-wise error: a difference counts when its Holm-corrected p is below it.
  public static let significance = 0.05

  /// Tests every comparison, corrects over all of them, and decides at the last iteration.
  static func verdict(_ comparisons: [Comparison], _ estimator: Estimator) -> AuditResult.Verdict {
    let tested = comparisons.filter { !$0.differences.isEmpty }
    // With 1,000 draws a test, drawing never keeps the smallest corrected p from going down to 0.001.
    let permutations = max(estimator.resamples, 1_000 * tested.count)
    let adjusted = HolmCorrection.adjusted(
      tested.map { pValue($0, permutations: permutations, estimator) })

    var remaining = adjusted[...]
    let axes = comparisons.map { comparison in
      let name = comparison.axis.rawValue
      guard !comparison.differences.isEmpty, let p = remaining.popFirst() else {
        return AuditResult.Verdict.Axis(
          axis: name, iteration: comparison.iteration, effect: nil, verdict: .inconclusive, adjustedP: nil)
      }
      let effect = effect(of: comparison, estimator)
      return AuditResult.Verdict.Axis(
        axis: name, iteration: comparison.iteration, effect: effect, verdict: finding(effect, adjustedP: p),
        adjustedP: p)
    }
    let last = comparisons.last?.iteration
    return AuditResult.Verdict(overall: overall(axes.filter { $0.iteration == last }), axes: axes)
  }

  /// The verdict from the axes of the last iteration.
  ///
  /// - `regress`: pass@1 is worse.
  /// - `reversal`: pass@1 is better, and pass@k, the diversity of correct answers or OOD accuracy is worse.
  /// - `progress`: pass@1 is better and no axis is worse.
  /// - `inconclusive`: anything else.
  public static func overall(_ axes: [AuditResult.Verdict.Axis]) -> AuditResult.Verdict.Overall {
    func found(_ finding: AuditResult.Verdict.Axis.Finding, on axis: VerdictAxis) -> Bool {
      axes.contains { $0.axis == axis.rawValue && $0.verdict == finding }
    }
    // Sampled accuracy is an axis only where there is no greedy one.
    let accuracy = VerdictAxis.allCases.filter(\.isAccuracy)
    if accuracy.contains(where: { found(.worse, on: $0) }) { return .regress }
    guard accuracy.contains(where: { found(.better, on: $0) }) else { return .inconclusive }

    // Longer answers repeat more n-grams by chance: a loss of text diversity must survive the correction for it.
    let losesText =
      found(.worse, on: .distinctNCorrect) && found(.worse, on: .expectationAdjustedDistinctNCorrect)
    let losesLogic = found(.worse, on: .distinctEquationsCorrect)
    if losesText || losesLogic || found(.worse, on: .passAtK) || found(.worse, on: .outOfDistribution) {
      return .reversal
    }
    return axes.contains { $0.verdict == .worse } ? .inconclusive : .progress
  }

  private static func pValue(_ comparison: Comparison, permutations: Int, _ estimator: Estimator) -> Double {
    guard comparison.axis.isBinary else {
      return SignFlipTest.pValue(
        of: comparison.differences, permutations: permutations,
        stream: estimator.stream("test \(comparison.axis.rawValue) \(comparison.iteration)"))
    }
    return McNemarTest.pValue(
      gained: comparison.differences.count { $0 > 0 }, lost: comparison.differences.count { $0 < 0 })
  }

  private static func effect(of comparison: Comparison, _ estimator: Estimator) -> Estimate? {
    let iteration = comparison.iteration
    switch comparison.axis {
    // The change that the table of pass@1 reports, to the last bit of its interval.
    case .passAt1: return GreedyAccuracy.delta(comparison.differences, at: iteration, estimator)
    case .outOfDistribution:
      return GreedyAccuracy.delta(comparison.differences, at: iteration, estimator.outOfDistribution)
    default:
      return estimator.mean(
        of: comparison.differences, in: comparison.axis.range, "axis \(comparison.axis.rawValue) \(iteration)")
    }
  }

  private static func finding(_ effect: Estimate?, adjustedP: Double) -> AuditResult.Verdict.Axis.Finding {
    guard let effect, adjustedP < significance else { return .inconclusive }
    return effect.estimate > 0 ? .better : .worse
  }
}
