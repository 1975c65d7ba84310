import Core

/// What an audit works on: the judged answers of every iteration to one set of questions.
public struct AuditInput: Sendable {
  /// The answers of M_t, in any order. Appending keeps little more of a completion than the bytes of its text.
  public struct Iteration: Sendable {
    /// t of M_t, from 1.
    public private(set) var iteration: Int
    /// In the order in which they were appended.
    public private(set) var answers: [Answer] = []
    /// Of the problems in order of first mention: what an answer's `problem` counts.
    private(set) var problemIDs: [ProblemID] = []
    private(set) var texts = TextArena()
    private var positions: [ProblemID: Int32] = [:]

    public init(iteration: Int) { self.iteration = iteration }

    public init(iteration: Int, completions: some Sequence<JudgedCompletion>) {
      self.iteration = iteration
      for completion in completions { append(completion) }
    }

    public mutating func append(_ judged: JudgedCompletion) {
      let id = judged.completion.problemID
      let position = positions[id] ?? Int32(problemIDs.count)
      if Int(position) == problemIDs.count {
        positions[id] = position
        problemIDs.append(id)
      }
      answers.append(Answer(judged, problem: position, text: texts.append(judged.completion.text.utf8)))
    }

    /// The answers to some problems only, as those of M_`iteration`.
    func restricted(to problems: Set<ProblemID>, as iteration: Int) -> Iteration {
      var copy = self
      copy.iteration = iteration
      let isKept = problemIDs.map(problems.contains)
      copy.answers = answers.filter { isKept[Int($0.problem)] }
      return copy
    }

    public func problemID(of answer: Answer) -> ProblemID { problemIDs[Int(answer.problem)] }

    public func text(of answer: Answer) -> String { String(decoding: texts[answer.text], as: UTF8.self) }
  }

  /// Questions of another distribution than the training questions, with the answers to them.
  public struct OutOfDistribution: Sendable {
    public let problems: [Problem]
    public let iterations: [Iteration]

    public init(problems: [Problem], iterations: [Iteration]) {
      self.problems = problems
      self.iterations = iterations
    }
  }

  public let problems: [Problem]
  public let iterations: [Iteration]
  /// M_1's samples for the training questions, from which the paper takes its coverage; nil where there are none, and
  /// iteration 1's samples for `problems` stand in.
  public var coverageSamples: [JudgedCompletion]?
  public let outOfDistribution: OutOfDistribution?
  /// M_1's samples for improvement sets and their control, where it was sampled more often on the questions that it fails
  /// greedily; nil where iteration 1's samples serve. No other measure uses them: a set of questions chosen for being
  /// failed would bias it.
  public let improvementSamples: [JudgedCompletion]?
  /// A second M_1, trained like the first with another seed, as iteration 1: what it gains over M_1 is noise.
  public var null: Iteration?
  /// What the iterations were trained on, and the training questions.
  public var training: Training?

  public init(
    problems: [Problem], iterations: [Iteration], improvementSamples: [JudgedCompletion]? = nil,
    coverageSamples: [JudgedCompletion]? = nil,
    outOfDistribution: OutOfDistribution? = nil
  ) {
    self.problems = problems
    self.iterations = iterations
    self.improvementSamples = improvementSamples
    self.coverageSamples = coverageSamples
    self.outOfDistribution = outOfDistribution
  }
}
