import Core

/// A problem as one run knows it: its part of the data and the very text the model reads.
///
/// The prompt is stored so that a resumed run asks exactly what the first half of it asked.
public struct RunProblem: Sendable, Hashable {
  public let split: Split
  public let problem: Problem
  public let prompt: String

  public init(split: Split, problem: Problem, prompt: String) {
    self.split = split
    self.problem = problem
    self.prompt = prompt
  }
}
