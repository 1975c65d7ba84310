import Core
import Report

/// An audit with made-up numbers that behave as plausible ones do. Nothing here was measured.
struct SyntheticAudit {
  var iterationCount = 5
  var questionCount = 1_000
  /// Change of pass@1 from the first to the last iteration.
  var gain = 0.10
  /// Change of the diversity of correct answers, likewise.
  var diversityChange = -0.12
  var outOfDistributionChange = -0.03
  var overall = AuditResult.Verdict.Overall.reversal
  var qualifiers: [AuditResult.Verdict.Qualifier] = [.sharpening]

  private static let sampleCounts = [1, 2, 4, 8, 16, 32]

  var audit: AuditResult {
    AuditResult(
      iterations: Array(iterations), passAt1: passAt1(from: 0.416, change: gain),
      bestIteration: .init(
        iteration: iterationCount - 1, passAt1: share(0.416 + gain * progress(iterationCount - 1)),
        corrected: share(0.411 + gain * progress(iterationCount - 1))),
      passAtK: iterations.flatMap { t in Self.sampleCounts.map { k in atK(t, k) } },
      majorityAtK: iterations.flatMap { t in Self.sampleCounts.map { k in atK(t, k, base: 0.7) } },
      coverage: AuditResult.Coverage(
        meanCorrect: share(0.398), solvable: share(0.871), recommendedMethod: "sft"),
      improvementSet: iterations.dropFirst().map(improvementSet),
      diversity: iterations.flatMap { t in AuditResult.Stratum.allCases.map { diversity(t, $0) } },
      groups: groups(base: 0.85, change: gain),
      groupDisparity: iterations.map { .init(iteration: $0, estimate: share(0.78 + 0.01 * progress($0))) },
      outOfDistribution: AuditResult.OutOfDistribution(
        passAt1: passAt1(from: 0.153, change: outOfDistributionChange),
        groups: groups(base: 0.45, change: outOfDistributionChange),
        groupDisparity: iterations.map { .init(iteration: $0, estimate: share(0.915 + 0.02 * progress($0))) },
        verdictCounts: iterations.map { verdicts($0, .greedy) }),
      verdictCounts: iterations.flatMap { [verdicts($0, .greedy), verdicts($0, .sampled)] },
      verdict: verdict, measures: measures, controls: controls)
  }

  var iterations: ClosedRange<Int> { 1...iterationCount }

  /// 0 at the first iteration, 1 at the last, with most of the way early on.
  func progress(_ iteration: Int) -> Double {
    guard iterationCount > 1 else { return 0 }
    let part = Double(iteration - 1) / Double(iterationCount - 1)
    return part * (1.6 - 0.6 * part)
  }

  func share(_ value: Double, halfWidth: Double = 0.03) -> Estimate {
    Estimate(
      estimate: value, low: max(0, value - halfWidth), high: min(1, value + halfWidth), n: questionCount)
  }

  func change(_ value: Double, halfWidth: Double) -> Estimate {
    Estimate(estimate: value, low: value - halfWidth, high: value + halfWidth, n: questionCount)
  }

  private func passAt1(from start: Double, change total: Double) -> [AuditResult.PassAt1] {
    iterations.map { t in
      AuditResult.PassAt1(
        iteration: t, accuracy: share(start + total * progress(t)),
        delta: t == 1 ? nil : change(total * progress(t), halfWidth: 0.02))
    }
  }

  private func atK(_ iteration: Int, _ k: Int, base: Double = 1) -> AuditResult.AtK {
    let single = 0.40 + gain * progress(iteration)
    // Later iterations answer more surely and reach less: the lines cross.
    let reach = 0.87 - 0.06 * progress(iteration)
    let saturation = 1 - 1 / Double(k)
    return AuditResult.AtK(
      iteration: iteration, k: k, estimate: share((single + (reach - single) * saturation) * base))
  }

  private func verdicts(_ iteration: Int, _ decoding: Decoding) -> AuditResult.VerdictCounts {
    let answers = questionCount * (decoding == .greedy ? 1 : 32)
    let correct = Int(Double(answers) * (0.416 + gain * progress(iteration)))
    return AuditResult.VerdictCounts(
      iteration: iteration, decoding: decoding,
      outcomes: (0..<answers).map { $0 < correct ? .correct : $0 % 50 == 0 ? .unparsed : .incorrect })
  }

  private func improvementSet(_ iteration: Int) -> AuditResult.ImprovementSet {
    let size = 40 + 25 * iteration
    return AuditResult.ImprovementSet(
      iteration: iteration, size: size, lostSize: size / 3,
      problemIDs: (0..<4).map { ProblemID("synthetic-\(iteration)-\($0)") },
      firstIterationPassAtK: Self.sampleCounts.map { k in
        .init(k: k, estimate: share(0.97 - 0.7 / Double(k) - 0.01 * Double(iteration), halfWidth: 0.06))
      },
      controlPassAtK: Self.sampleCounts.map { k in
        .init(k: k, estimate: share(0.55 - 0.5 / Double(k).squareRoot(), halfWidth: 0.04))
      })
  }

  private func diversity(_ iteration: Int, _ stratum: AuditResult.Stratum) -> AuditResult.Diversity {
    let shift = diversityChange * progress(iteration) * (stratum == .correct ? 1 : 0.6)
    let base = stratum == .correct ? 0.42 : 0.5
    return AuditResult.Diversity(
      iteration: iteration, stratum: stratum, distinctN: share(base + shift, halfWidth: 0.012),
      expectationAdjustedDistinctN: share(base + 0.1 + shift, halfWidth: 0.012), semantic: nil,
      distinctEquations: share(base + 0.15 + 1.4 * shift, halfWidth: 0.02))
  }

  private func groups(base: Double, change: Double) -> [AuditResult.Group] {
    iterations.flatMap { t in
      (1...5).map { level in
        .init(
          iteration: t, group: "Level \(level)",
          accuracy: share(base / Double(level) + change * progress(t), halfWidth: 0.05))
      }
    }
  }

  private var verdict: AuditResult.Verdict {
    let effects: [(String, Double, Double)] = [
      ("pass_at_1", gain, 0.02), ("pass_at_k", 0.45 * diversityChange, 0.02),
      ("distinct_n_correct", diversityChange, 0.012),
      ("distinct_n_incorrect", 0.6 * diversityChange, 0.012),
      ("expectation_adjusted_distinct_n_correct", diversityChange, 0.012),
      ("hard_group_pass_at_1", 0.4 * gain, 0.06), ("ood_pass_at_1", outOfDistributionChange, 0.02),
    ]
    return AuditResult.Verdict(
      overall: overall, qualifiers: qualifiers, rule: "002.2",
      axes: iterations.dropFirst().flatMap { t in
        effects.map { name, total, halfWidth in
          let effect = change(total * progress(t), halfWidth: halfWidth)
          let finding: AuditResult.Verdict.Axis.Finding =
            effect.low > 0 ? .better : effect.high < 0 ? .worse : .inconclusive
          return .init(
            axis: name, iteration: t, effect: effect, verdict: finding,
            adjustedP: finding == .inconclusive ? 0.214 : total.magnitude > 0.05 ? 0.0002 : 0.0314,
            equivalence: .init(
              margin: 0.03, adjustedP: finding == .inconclusive ? 0.02 : 1, isShown: finding == .inconclusive),
            detectableEffect: .init(corrected: 1.96 * halfWidth, single: 1.43 * halfWidth))
        }
      },
      sharpening: qualifiers.isEmpty
        ? nil : .init(k: 32, improvementSet: share(0.947), control: share(0.458), required: 0.867, isFound: true))
  }
}
