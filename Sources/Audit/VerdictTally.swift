import Core

/// The verdicts of each iteration, counted: an answer that could not be read or judged is shown as such.
enum VerdictTally {
  /// Greedy answers and samples apart; nothing for a decoding that an iteration does not have.
  static func measure(_ answers: AnswerTable) -> [AuditResult.VerdictCounts] {
    answers.iterations.flatMap { iteration in
      let greedy = iteration.questions.lazy.compactMap { $0.greedy?.outcome }
      let sampled = iteration.questions.lazy.flatMap { $0.samples.lazy.map(\.outcome) }
      return [
        AuditResult.VerdictCounts(iteration: iteration.iteration, decoding: .greedy, outcomes: greedy),
        AuditResult.VerdictCounts(iteration: iteration.iteration, decoding: .sampled, outcomes: sampled),
      ].filter { $0.total > 0 }
    }
  }
}
