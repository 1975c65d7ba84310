import Core

/// pass@1 of each iteration under greedy decoding, and its change against iteration 1.
enum GreedyAccuracy {
  /// Null where an iteration has no greedy answer: a sampled answer is not one.
  static func measure(_ answers: AnswerTable, _ estimator: Estimator) -> [AuditResult.PassAt1] {
    let first = answers.first.greedyOutcomes
    return answers.iterations.map { iteration in
      let outcomes = iteration.greedyOutcomes
      let isFirst = iteration.iteration == answers.first.iteration
      return AuditResult.PassAt1(
        iteration: iteration.iteration,
        accuracy: estimator.mean(of: outcomes, "pass_at_1 \(iteration.iteration)"),
        delta: isFirst ? nil : delta(pairedDifferences(first, outcomes), at: iteration.iteration, estimator))
    }
  }

  /// The mean of the paired differences of an iteration from iteration 1.
  static func delta(_ differences: [Double], at iteration: Int, _ estimator: Estimator) -> Estimate? {
    estimator.mean(of: differences, in: -1...1, "pass_at_1 delta \(iteration)")
  }
}
