import Core

/// Correct answer coverage of M_1, and the method the paper's rule recommends for it.
enum Coverage {
  /// From M_1's samples for the training questions; where there are none, from iteration 1's samples in `answers`.
  static func measure(
    _ trainingSamples: [JudgedCompletion]?, _ answers: AnswerTable, _ estimator: Estimator
  ) -> AuditResult.Coverage {
    let shares =
      trainingSamples.map(byQuestion)
      ?? answers.first.questions.map { share(of: $0.samples.lazy.map(\.isCorrect)) }
    let meanCorrect = estimator.mean(of: shares, "coverage mean_correct")
    return AuditResult.Coverage(
      meanCorrect: meanCorrect,
      solvable: estimator.mean(of: shares.map { $0.map { $0 > 0 ? 1 : 0 } }, "coverage solvable"),
      recommendedMethod: meanCorrect.map { $0.estimate > 0.5 ? "dpo" : "sft" })
  }

  /// The share of correct answers among the samples of each question, questions by id so that the order of the samples does
  /// not matter.
  private static func byQuestion(_ completions: [JudgedCompletion]) -> [Double?] {
    Dictionary(grouping: completions.filter { $0.completion.decoding == .sampled }, by: \.completion.problemID)
      .sorted { $0.key < $1.key }
      .map { share(of: $0.value.lazy.map(\.isCorrect)) }
  }

  /// Nil without any sample.
  private static func share(of outcomes: some Collection<Bool>) -> Double? {
    outcomes.isEmpty ? nil : Double(outcomes.count { $0 }) / Double(outcomes.count)
  }
}
