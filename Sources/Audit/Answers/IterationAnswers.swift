import Core

/// One model's answers to one question.
struct QuestionAnswers: Sendable {
  /// The greedy answer, of the lowest index where there are several; nil where none was given.
  let greedy: Answer?
  /// The sampled answers by sample index.
  let samples: ArraySlice<Answer>
}

/// The answers of M_t, one entry a question in the order of the problems.
struct IterationAnswers: Sendable {
  let iteration: Int
  private let greedy: [Answer?]
  /// By question, then by sample index.
  private let samples: [Answer]
  /// Where each question's samples begin, and their end.
  private let starts: [Int]
  private let texts: TextArena

  /// - Throws: `InputError` for an answer to a problem that is not in `position`, or that repeats another's index.
  init(_ input: AuditInput.Iteration, position: [ProblemID: Int]) throws {
    iteration = input.iteration
    texts = input.texts
    let places = input.problemIDs.map { position[$0] }
    let answered = input.answers.reduce(into: [Bool](repeating: false, count: places.count)) { answered, answer in
      answered[Int(answer.problem)] = true
    }
    let problems = try places.indices.map { index in
      if let place = places[index] { return place }
      guard !answered[index] else {
        throw InputError(
          "iteration \(input.iteration) answers the unknown problem '\(input.problemIDs[index])'; add the problem")
      }
      return 0
    }

    var starts = [Int](repeating: 0, count: position.count + 1)
    for answer in input.answers where answer.decoding == .sampled { starts[problems[Int(answer.problem)] + 1] += 1 }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    var next = starts
    var order = [Int](repeating: 0, count: starts.last ?? 0)
    var greedy = [Answer?](repeating: nil, count: position.count)
    var greedyIndices: Set<[Int]> = []
    func repeated(_ answer: Answer) -> InputError {
      InputError(
        "iteration \(input.iteration) has the \(answer.decoding) answer \(answer.sampleIndex) to problem "
          + "'\(input.problemIDs[Int(answer.problem)])' twice; sample indices must be unique")
    }
    for (index, answer) in input.answers.enumerated() {
      let place = problems[Int(answer.problem)]
      switch answer.decoding {
      case .sampled:
        order[next[place]] = index
        next[place] += 1
      case .greedy:
        guard greedyIndices.insert([place, answer.sampleIndex]).inserted else { throw repeated(answer) }
        if greedy[place].map({ answer.sampleIndex < $0.sampleIndex }) ?? true { greedy[place] = answer }
      }
    }
    for (start, end) in zip(starts, starts.dropFirst()) where end - start > 1 {
      let indices = order[start..<end].map { input.answers[$0].sampleIndex }
      if zip(indices, indices.dropFirst()).allSatisfy(<) { continue }
      order[start..<end].sort { input.answers[$0].sampleIndex < input.answers[$1].sampleIndex }
      for (previous, next) in zip(order[start..<end], order[start + 1..<end])
      where input.answers[previous].sampleIndex == input.answers[next].sampleIndex {
        throw repeated(input.answers[next])
      }
    }
    self.greedy = greedy
    self.starts = starts
    samples = order.map { input.answers[$0] }
  }

  var questions: QuestionList { QuestionList(answers: self) }

  /// The text of one of its answers, UTF-8.
  func text(of answer: Answer) -> ArraySlice<UInt8> { texts[answer.text] }

  /// 1 where the greedy answer is correct, 0 where it is not, nil where there is none.
  var greedyOutcomes: [Double?] { greedy.map { $0.map { $0.isCorrect ? 1 : 0 } } }

  /// The smallest number of samples among the questions that have any.
  var smallestSampleCount: Int? { zip(starts, starts.dropFirst()).lazy.map { $1 - $0 }.filter { $0 > 0 }.min() }

  struct QuestionList: RandomAccessCollection, Sendable {
    fileprivate let answers: IterationAnswers

    var startIndex: Int { 0 }
    var endIndex: Int { answers.greedy.count }
    subscript(question: Int) -> QuestionAnswers {
      QuestionAnswers(
        greedy: answers.greedy[question],
        samples: answers.samples[answers.starts[question]..<answers.starts[question + 1]])
    }
  }
}
