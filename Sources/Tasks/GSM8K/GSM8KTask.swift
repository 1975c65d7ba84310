import Core
import Foundation

/// Grade-school word problems (Cobbe et al. 2021, arXiv 2110.14168).
public struct GSM8KTask: BenchmarkTask {
  public let name = "gsm8k"
  public let version = 2
  public var verifier: any Verifier { NumericVerifier() }

  public init() {}

  public var dataSet: DataSet? {
    let home = "https://raw.githubusercontent.com/openai/grade-school-math/3101c7d5072418e28b9008a6636bde82a006892c"
    return DataSet(
      folder: "gsm8k", home: "https://github.com/openai/grade-school-math", licence: "MIT",
      files: [
        DataFile(
          "train.jsonl", parts: [.init(.train, 7_473)],
          sha256: "17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465",
          address: "\(home)/grade_school_math/data/train.jsonl"),
        DataFile(
          "test.jsonl", parts: [.init(.test, 1_319)],
          sha256: "3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14",
          address: "\(home)/grade_school_math/data/test.jsonl"),
      ])
  }

  public func loadProblems(from file: URL, split: DataSplit?) throws -> [Problem] {
    try ProblemFile(file: file, task: name).read(Row.self) { row, place in
      Problem(
        id: ProblemID("\(name)/\(place.stem)/\(place.index)"), task: name, question: row.question,
        reference: row.answer, group: Self.group(ofSolution: row.answer))
    }
  }

  /// The difficulty by the number of calculations in the human solution: up to 2, 3, 4, 5, and 6 or more are the Levels 1
  /// to 5. nil where the solution has no annotation.
  static func group(ofSolution solution: String) -> String? {
    let steps = solution.components(separatedBy: "<<").count - 1
    return steps > 0 ? "Level \(min(max(steps - 1, 1), 5))" : nil
  }

  private struct Row: Decodable {
    let question: String
    let answer: String
  }
}
