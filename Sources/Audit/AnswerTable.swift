import Core

/// One model's answers to one question.
struct QuestionAnswers: Sendable {
  /// The greedy answer, of the lowest index where there are several; nil where none was given.
  var greedy: JudgedCompletion?
  /// The sampled answers by sample index.
  var samples: [JudgedCompletion] = []
}

/// The answers of M_t, one entry a question in the order of the problems.
struct IterationAnswers: Sendable {
  let iteration: Int
  let questions: [QuestionAnswers]

  /// 1 where the greedy answer is correct, 0 where it is not, nil where there is none.
  var greedyOutcomes: [Double?] { questions.map { $0.greedy.map { $0.isCorrect ? 1 : 0 } } }

  /// The smallest number of samples among the questions that have any.
  var smallestSampleCount: Int? { questions.lazy.map(\.samples.count).filter { $0 > 0 }.min() }
}

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
    self.iterations = try ordered.map { iteration in
      IterationAnswers(
        iteration: iteration.iteration,
        questions: try Self.answers(iteration.completions, position: position, iteration: iteration.iteration))
    }
  }

  private static func answers(
    _ completions: [JudgedCompletion], position: [ProblemID: Int], iteration: Int
  ) throws -> [QuestionAnswers] {
    var questions = [QuestionAnswers](repeating: QuestionAnswers(), count: position.count)
    var greedy = [[JudgedCompletion]](repeating: [], count: position.count)
    for judged in completions {
      guard let index = position[judged.completion.problemID] else {
        throw InputError(
          "iteration \(iteration) answers the unknown problem '\(judged.completion.problemID)'; add the problem")
      }
      switch judged.completion.decoding {
      case .greedy: greedy[index].append(judged)
      case .sampled: questions[index].samples.append(judged)
      }
    }
    for index in questions.indices {
      questions[index].greedy = try ordered(greedy[index], iteration: iteration).first
      questions[index].samples = try ordered(questions[index].samples, iteration: iteration)
    }
    return questions
  }

  /// By sample index, which no two may share.
  private static func ordered(_ completions: [JudgedCompletion], iteration: Int) throws -> [JudgedCompletion] {
    let indices = completions.map(\.completion.sampleIndex)
    if zip(indices, indices.dropFirst()).allSatisfy(<) { return completions }
    let ordered = completions.sorted { $0.completion.sampleIndex < $1.completion.sampleIndex }
    for (previous, next) in zip(ordered, ordered.dropFirst())
    where previous.completion.sampleIndex == next.completion.sampleIndex {
      throw InputError(
        "iteration \(iteration) has the \(next.completion.decoding) answer \(next.completion.sampleIndex) to problem "
          + "'\(next.completion.problemID)' twice; sample indices must be unique")
    }
    return ordered
  }
}
