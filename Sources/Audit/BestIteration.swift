import Core
import Statistics

/// The iteration with the highest pass@1, and the bias of having picked it on the questions it is reported on.
enum BestIteration {
  /// Over the questions that have a greedy answer in every iteration with any; nil with fewer than two such iterations.
  ///
  /// The first of equally good iterations. `SelectionBias` holds the method.
  static func measure(_ answers: AnswerTable, _ estimator: Estimator) -> AuditResult.BestIteration? {
    let candidates = answers.iterations.map { (iteration: $0.iteration, outcomes: $0.greedyOutcomes) }
      .filter { $0.outcomes.contains { $0 != nil } }
    guard candidates.count > 1 else { return nil }
    let questions = answers.problems.indices.filter { question in
      candidates.allSatisfy { $0.outcomes[question] != nil }
    }
    let outcomes = candidates.map { candidate in questions.compactMap { candidate.outcomes[$0] } }
    let bias = SelectionBias(
      outcomes: outcomes, resamples: max(1, estimator.resamples / 2), stream: estimator.stream("best_iteration"))
    guard let bias, let passAt1 = estimator.mean(of: outcomes[bias.selected], "best_iteration pass_at_1") else {
      return nil
    }
    return AuditResult.BestIteration(
      iteration: candidates[bias.selected].iteration, passAt1: passAt1, corrected: Estimate(bias.corrected))
  }
}
