import Core
import Foundation

/// A benchmark: where its questions come from, how they are asked, what a model is taught to answer, and who judges.
public protocol BenchmarkTask: Sendable {
  var name: String { get }
  /// Raised by whatever alters a score.
  var version: Int { get }
  var verifier: any Verifier { get }
  /// The official files; nil for problems that are generated or the user's own.
  var dataSet: DataSet? { get }
  /// Strings that end a completion, besides the end-of-sequence token.
  var stop: [String] { get }

  /// What a base model reads.
  func prompt(for question: String) -> String

  /// What supervised fine-tuning on D trains on, following the prompt.
  func goldCompletion(for problem: Problem) -> String

  /// What a user says to a chat model.
  func message(for question: String) -> String

  /// What a chat model is taught to reply.
  func goldReply(for problem: Problem) -> String

  /// The problems of `file` in the benchmark's official layout or as lines of `Problem`; of `split` only, where the file
  /// holds several.
  ///
  /// - Throws: `InputError` naming file and line: an unreadable or empty file, a malformed line, a duplicate id.
  func loadProblems(from file: URL, split: DataSplit?) throws -> [Problem]
}

extension BenchmarkTask {
  public var dataSet: DataSet? { nil }
  public var stop: [String] { QuestionPrompt.stop }
  public func prompt(for question: String) -> String { QuestionPrompt.text(question) }
  public func goldCompletion(for problem: Problem) -> String { QuestionPrompt.completion(problem.reference) }
  public func message(for question: String) -> String { question }
  public func goldReply(for problem: Problem) -> String { problem.reference }

  /// At most `limit` problems, from the beginning; the whole file is checked even so.
  public func loadProblems(from file: URL, split: DataSplit? = nil, limit: Int?) throws -> [Problem] {
    let problems = try loadProblems(from: file, split: split)
    return limit.map { Array(problems.prefix($0)) } ?? problems
  }
}
