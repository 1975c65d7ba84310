/// One question with the answers of every iteration side by side (the paper's case study).
public struct CaseStudy: Codable, Sendable, Hashable {
  public struct Iteration: Codable, Sendable, Hashable {
    public let iteration: Int
    public let greedy: JudgedCompletion?
    public let samples: [JudgedCompletion]
    public init(iteration: Int, greedy: JudgedCompletion?, samples: [JudgedCompletion]) {
      self.iteration = iteration
      self.greedy = greedy
      self.samples = samples
    }
  }

  public let problem: Problem
  public let iterations: [Iteration]

  public init(problem: Problem, iterations: [Iteration]) {
    self.problem = problem
    self.iterations = iterations
  }
}
