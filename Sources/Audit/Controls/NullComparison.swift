import Core

/// A second M_1, trained with another seed, as if it were an improvement of M_1: the size of noise. docs/measures/controls.md.
enum NullComparison {
  static func measure(
    _ null: IterationAnswers, _ answers: AnswerTable, firstIteration: IterationAnswers, _ estimator: Estimator
  ) -> AuditResult.NullModel {
    let first = answers.first.greedyOutcomes
    let outcomes = null.greedyOutcomes
    let changes = zip(first, outcomes).map(ImprovementSets.Change.init)
    let gained = changes.indices.filter { changes[$0] == .gained }
    return AuditResult.NullModel(
      accuracy: estimator.mean(of: outcomes, "accuracy"),
      delta: estimator.mean(of: pairedDifferences(first, outcomes), in: -1...1, "delta"),
      size: gained.count, lostSize: changes.count { $0 == .lost },
      firstIterationPassAtK: ImprovementSets.passAtK(
        gained.map { firstIteration.questions[$0] }, estimator, "improvement_set"))
  }

  /// What M_t gains minus what the second M_1 gains, one value a question that all three answered.
  ///
  /// - Parameter gain: Of a change from M_1.
  static func excess(
    _ first: [Double?], _ later: [Double?], null: [Double?], gain: (ImprovementSets.Change) -> Double
  ) -> [Double?] {
    first.indices.map { question in
      guard let change = ImprovementSets.Change(first: first[question], later: later[question]),
        let noise = ImprovementSets.Change(first: first[question], later: null[question])
      else { return nil }
      return gain(change) - gain(noise)
    }
  }
}
