import Core
import Foundation

/// A benchmark: how its questions are asked, what a model is taught to answer, and who judges.
public protocol BenchmarkTask: Sendable {
  var name: String { get }
  /// Raised by whatever alters a score.
  var version: Int { get }
  var verifier: any Verifier { get }
  /// Strings that end a completion, besides the end-of-sequence token.
  var stop: [String] { get }

  /// What the model reads.
  func prompt(for question: String) -> String

  /// What supervised fine-tuning on D trains on, following the prompt.
  func goldCompletion(for problem: Problem) -> String

  /// The problems of `file`, at most `limit`, in the benchmark's official layout or as lines of `Problem`.
  ///
  /// - Throws: `InputError` naming file and line: an unreadable or empty file, a malformed line, a duplicate id.
  func loadProblems(from file: URL, limit: Int?) throws -> [Problem]
}

extension BenchmarkTask {
  public var stop: [String] { QuestionPrompt.stop }
  public func prompt(for question: String) -> String { QuestionPrompt.text(question) }
  public func goldCompletion(for problem: Problem) -> String { QuestionPrompt.completion(problem.reference) }
  public func loadProblems(from file: URL, limit: Int?) throws -> [Problem] {
    try ProblemFile.read(file, task: name, limit: limit)
  }
}
