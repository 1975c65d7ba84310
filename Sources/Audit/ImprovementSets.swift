import Core
import Statistics

/// The improvement set of each later iteration, with M_1's pass@k on it and on its control.
enum ImprovementSets {
  /// Only iterations that, like iteration 1, have greedy answers; questions without both are in no set.
  ///
  /// M_1's pass@k reaches up to the smallest sample count within the set's own questions, since a run may sample M_1 more
  /// often where it fails greedily; questions without samples of M_1 are left out of it.
  ///
  /// - Parameter firstIteration: M_1's samples.
  static func measure(
    _ answers: AnswerTable, firstIteration: IterationAnswers, _ estimator: Estimator
  ) -> [AuditResult.ImprovementSet] {
    let first = answers.first.greedyOutcomes
    return answers.later.compactMap { iteration in
      let outcomes = zip(first, iteration.greedyOutcomes).map(Change.init)
      guard outcomes.contains(where: { $0 != nil }) else { return nil }
      func questions(_ change: Change) -> [Int] { outcomes.indices.filter { outcomes[$0] == change } }

      let gained = questions(.gained)
      return AuditResult.ImprovementSet(
        iteration: iteration.iteration, size: gained.count, lostSize: questions(.lost).count,
        problemIDs: gained.map { answers.problems[$0].id },
        firstIterationPassAtK: passAtK(
          gained.map { firstIteration.questions[$0] }, estimator, "improvement_set \(iteration.iteration)"),
        controlPassAtK: passAtK(
          questions(.neither).map { firstIteration.questions[$0] }, estimator, "control \(iteration.iteration)"))
    }
  }

  /// What became of a question that both models answered greedily.
  enum Change {
    case gained, lost, neither, both

    init?(first: Double?, later: Double?) {
      switch (first, later) {
      case (0, 1): self = .gained
      case (1, 0): self = .lost
      case (0, 0): self = .neither
      case (1, 1): self = .both
      default: return nil
      }
    }
  }

  static func passAtK(
    _ questions: [QuestionAnswers], _ estimator: Estimator, _ name: String
  ) -> [AuditResult.KEstimate] {
    let sampled = questions.filter { !$0.samples.isEmpty }
    return PassAtK.ladder(upTo: sampled.map(\.samples.count).min() ?? 0).map { k in
      AuditResult.KEstimate(
        k: k,
        estimate: estimator.mean(of: sampled.map { SampledAccuracy.passAtK($0.samples, k: k) }, "\(name) \(k)"))
    }
  }
}
