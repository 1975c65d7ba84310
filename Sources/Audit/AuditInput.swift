import Core

/// What an audit works on: the judged answers of every iteration to one set of questions.
public struct AuditInput: Sendable {
  /// The answers of M_t.
  public struct Iteration: Sendable, Hashable {
    /// t of M_t, from 1.
    public let iteration: Int
    /// Greedy and sampled answers in any order.
    public let completions: [JudgedCompletion]

    public init(iteration: Int, completions: [JudgedCompletion]) {
      self.iteration = iteration
      self.completions = completions
    }
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
  public let coverageSamples: [JudgedCompletion]?
  public let outOfDistribution: OutOfDistribution?
  /// M_1's samples for improvement sets and their control, where it was sampled more often on the questions that it fails
  /// greedily; nil where iteration 1's samples serve. No other measure uses them: a set of questions chosen for being
  /// failed would bias it.
  public let improvementSamples: [JudgedCompletion]?

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
