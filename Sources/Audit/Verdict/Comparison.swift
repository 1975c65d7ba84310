import Core
import Statistics

/// What the verdict rests on: one axis of one later iteration against iteration 1, paired over questions.
struct Comparison: Sendable {
  let axis: VerdictAxis
  let iteration: Int
  /// Later minus first, one value a question that has both.
  let differences: [Double]

  /// Every axis of every later iteration, in the order of iterations and then of axes.
  static func all(
    _ answers: AnswerTable, diversity: DiversityTable, outOfDistribution: AnswerTable?
  ) -> [Comparison] {
    let commonK = PassAtK.ladder(upTo: answers.iterations.compactMap(\.smallestSampleCount).min() ?? 0).last
    let first = answers.first.greedyOutcomes
    let isGreedy = answers.iterations.last.map { !pairedDifferences(first, $0.greedyOutcomes).isEmpty }
    let hardest = GroupAccuracy.hardestQuestions(of: answers.problems)
    return answers.later.flatMap { later in
      let outcomes = later.greedyOutcomes
      return VerdictAxis.allCases.compactMap { axis -> Comparison? in
        let differences: [Double]
        switch axis {
        case .passAt1: differences = pairedDifferences(first, outcomes)
        case .sampledPassAt1:
          guard isGreedy == false else { return nil }
          differences = SampledAccuracy.differences(answers.first, later, k: 1)
        case .passAtK:
          differences = commonK.map { SampledAccuracy.differences(answers.first, later, k: $0) } ?? []
        case .hardestGroup:
          guard let hardest else { return nil }
          differences = pairedDifferences(hardest.map { first[$0] }, hardest.map { outcomes[$0] })
        case .outOfDistribution:
          guard let outOfDistribution else { return nil }
          let match = outOfDistribution.later.first { $0.iteration == later.iteration }
          differences = match.map { pairedDifferences(outOfDistribution.first.greedyOutcomes, $0.greedyOutcomes) } ?? []
        default:
          guard let (measure, stratum) = axis.diversity else { return nil }
          if measure == .semantic, !diversity.hasSemantic { return nil }
          differences = diversity.differences(measure, stratum, at: later.iteration)
        }
        return Comparison(axis: axis, iteration: later.iteration, differences: differences)
      }
    }
  }

  /// The two-sided p-value of "no change": McNemar's exact test of outcomes, sign flips of anything else.
  func pValue(permutations: Int, _ estimator: Estimator) -> Double {
    guard axis.isBinary else {
      return SignFlipTest.pValue(
        of: differences, permutations: permutations, stream: estimator.stream("test \(axis.rawValue) \(iteration)"))
    }
    return McNemarTest.pValue(gained: differences.count { $0 > 0 }, lost: differences.count { $0 < 0 })
  }

  /// The p-value of "a change beyond the axis' margin"; nil without a difference.
  var equivalencePValue: Double? {
    EquivalenceTest.pValue(of: differences, margin: axis.margin, limit: axis.range.upperBound)
  }

  /// The smallest change that the test finds with probability 0.8 at `significance`; nil where there is none.
  ///
  /// The rate of questions that changed is taken as observed, for outcomes; else the spread of the differences.
  func detectableEffect(significance: Double) -> Double? {
    let count = differences.count
    guard !axis.isBinary else {
      let discordant = differences.count { $0 != 0 }
      return McNemarPower(pairs: count, significance: significance)
        .detectableEffect(discordantRate: Double(discordant) / Double(max(1, count)))
    }
    guard count > 1 else { return nil }
    let mean = differences.reduce(0, +) / Double(count)
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
    return MeanPower.detectableEffect(
      standardDeviation: variance.squareRoot(), count: count, significance: significance)
  }
}
