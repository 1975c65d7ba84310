import Core

/// Every control of `AuditResult.Controls`.
struct Controls {
  private let answers: AnswerTable
  /// M_1's samples for improvement sets.
  private let firstIteration: IterationAnswers
  private let null: IterationAnswers?

  /// - Throws: `InputError` for answers of the second M_1 that do not fit the problems.
  init(_ input: AuditInput, _ answers: AnswerTable, firstIteration: IterationAnswers) throws {
    self.answers = answers
    self.firstIteration = firstIteration
    null = try input.null.map { try AnswerTable(problems: input.problems, iterations: [$0]).first }
  }

  func measure(_ diversity: DiversityTable, _ estimator: Estimator, threads: Int) -> AuditResult.Controls {
    AuditResult.Controls(
      improvement: ImprovementControls(answers, firstIteration: firstIteration, null: null)
        .measure(estimator.child("improvement_control"), threads: threads),
      null: null.map { NullComparison.measure($0, answers, firstIteration: firstIteration, estimator.child("null")) },
      matchedDiversity: MatchedDiversity.measure(
        answers, diversity, estimator.child("matched_diversity"), threads: threads),
      chance: ChanceLine.measure(answers))
  }
}
