import Core
import Statistics

/// Decides whether the last iteration is progress. The rule was fixed before any result: design/002-verdict-rule.md.
public enum VerdictRule {
  /// Of design/002; raised whenever the same answers could get another verdict.
  public static let version = "002.2"

  /// The family-wise error: a difference counts when its Holm-corrected p is below it.
  public static let significance = 0.05

  /// Tests every comparison, corrects over all of them, and decides at the last iteration.
  static func verdict(
    _ comparisons: [Comparison], improvementSets: [AuditResult.ImprovementSet], _ estimator: Estimator,
    threads: Int
  ) -> AuditResult.Verdict {
    let axes = axes(comparisons, estimator, threads: threads)
    let last = comparisons.last?.iteration
    let overall = overall(axes.filter { $0.iteration == last })
    let sharpening = improvementSets.first { $0.iteration == last }.flatMap(SharpeningRule.judge)
    let hasGain = overall == .progress || overall == .reversal
    return AuditResult.Verdict(
      overall: overall, qualifiers: hasGain && sharpening?.isFound == true ? [.sharpening] : [], rule: version,
      axes: axes, sharpening: sharpening)
  }

  /// The verdict from the axes of the last iteration.
  ///
  /// - `regress`: pass@1 is worse.
  /// - `reversal`: pass@1 is better, and pass@k, the hardest group, OOD accuracy or the diversity of correct answers is
  ///   worse.
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

    let losesText =
      found(.worse, on: .distinctNCorrect) && found(.worse, on: .expectationAdjustedDistinctNCorrect)
    if losesText || VerdictAxis.allCases.contains(where: { $0.makesReversal && found(.worse, on: $0) }) {
      return .reversal
    }
    return axes.contains { $0.verdict == .worse } ? .inconclusive : .progress
  }

  /// Every comparison with its tests, in the order given.
  private static func axes(_ comparisons: [Comparison], _ estimator: Estimator, threads: Int)
    -> [AuditResult.Verdict.Axis]
  {
    let tested = comparisons.filter { !$0.differences.isEmpty }
    // With 1,000 draws a test, drawing never keeps the smallest corrected p from going down to 0.001.
    let permutations = max(estimator.resamples, 1_000 * tested.count)
    let pValues = concurrentRanges(of: tested.count, threads: threads) { range in
      tested[range].map { $0.pValue(permutations: permutations, estimator) }
    }
    let changed = HolmCorrection.adjusted(pValues.flatMap { $0 })
    let unchanged = HolmCorrection.adjusted(tested.map { $0.equivalencePValue ?? 1 })

    var remaining = zip(changed, unchanged).makeIterator()
    return comparisons.map { comparison in
      let name = comparison.axis.rawValue
      guard !comparison.differences.isEmpty, let p = remaining.next() else {
        return AuditResult.Verdict.Axis(
          axis: name, iteration: comparison.iteration, effect: nil, verdict: .inconclusive, adjustedP: nil)
      }
      let effect = effect(of: comparison, estimator)
      return AuditResult.Verdict.Axis(
        axis: name, iteration: comparison.iteration, effect: effect, verdict: finding(effect, adjustedP: p.0),
        adjustedP: p.0,
        equivalence: .init(margin: comparison.axis.margin, adjustedP: p.1, isShown: p.1 < significance),
        detectableEffect: .init(
          corrected: comparison.detectableEffect(significance: significance / Double(tested.count)),
          single: comparison.detectableEffect(significance: significance)))
    }
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
