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
    let isGreedy = answers.iterations.last.map { last in
      !pairedDifferences(answers.first.greedyOutcomes, last.greedyOutcomes).isEmpty
    }
    return answers.later.flatMap { later in
      VerdictAxis.allCases.compactMap { axis -> Comparison? in
        let differences: [Double]
        switch axis {
        case .passAt1:
          differences = pairedDifferences(answers.first.greedyOutcomes, later.greedyOutcomes)
        case .sampledPassAt1:
          guard isGreedy == false else { return nil }
          differences = SampledAccuracy.differences(answers.first, later, k: 1)
        case .passAtK:
          differences = commonK.map { SampledAccuracy.differences(answers.first, later, k: $0) } ?? []
        case .outOfDistribution:
          guard let outOfDistribution else { return nil }
          let match = outOfDistribution.later.first { $0.iteration == later.iteration }
          differences = match.map { pairedDifferences(outOfDistribution.first.greedyOutcomes, $0.greedyOutcomes) } ?? []
        default:
          guard let (measure, stratum) = axis.diversity else { return nil }
          differences = diversity.differences(measure, stratum, at: later.iteration)
        }
        return Comparison(axis: axis, iteration: later.iteration, differences: differences)
      }
    }
  }
}
