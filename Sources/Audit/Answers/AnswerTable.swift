import Core

/// All answers of an audit, indexed by iteration and question.
struct AnswerTable: Sendable {
  let problems: [Problem]
  /// Ascending; the first is iteration 1.
  let iterations: [IterationAnswers]

  var first: IterationAnswers { iterations[0] }
  var later: ArraySlice<IterationAnswers> { iterations.dropFirst() }

  init(problems: [Problem], iterations: [AuditInput.Iteration]) throws {
    guard !problems.isEmpty else { throw InputError("there are no problems to audit; give at least one") }
    var position: [ProblemID: Int] = [:]
    for (index, problem) in problems.enumerated() where position.updateValue(index, forKey: problem.id) != nil {
      throw InputError("the problem '\(problem.id)' occurs twice; problem ids must be unique")
    }
    let ordered = iterations.sorted { $0.iteration < $1.iteration }
    guard ordered.first?.iteration == 1 else {
      throw InputError("iteration 1 is missing; every change is measured against it")
    }
    for (previous, next) in zip(ordered, ordered.dropFirst()) where previous.iteration == next.iteration {
      throw InputError("iteration \(next.iteration) is given twice; give each iteration once")
    }
    self.problems = problems
    self.iterations = try ordered.map { try IterationAnswers($0, position: position) }
  }
}
