import Core
import Foundation

/// Generated arithmetic word problems in GSM8K's answer format: the task of the embedded model.
public struct ArithmeticTask: BenchmarkTask {
  public let name = "arithmetic"
  public let version = 2
  public var verifier: any Verifier { NumericVerifier() }

  public init() {}

  /// Lines as `reversal problems` prints them, or `{"question","answer"}`.
  public func loadProblems(from file: URL, split: DataSplit?) throws -> [Problem] {
    try ProblemFile(file: file, task: name).read(Row.self) { row, place in
      Problem(
        id: ProblemID("\(name)/\(place.stem)/\(place.index)"), task: name, question: row.question,
        reference: row.answer)
    }
  }

  private struct Row: Decodable {
    let question: String
    let answer: String
  }
}
