import Core
import Foundation

/// Variations of simple word problems (Patel et al. 2021, arXiv 2103.07191).
public struct SVAMPTask: BenchmarkTask {
  public let name = "svamp"
  public let version = 1
  public var verifier: any Verifier { NumericVerifier() }

  public init() {}

  public var dataSet: DataSet? {
    DataSet(
      folder: "svamp", home: "https://github.com/arkilpatel/SVAMP", licence: "MIT",
      files: [DataFile("test.jsonl", aliases: ["SVAMP.json", "SVAMP.jsonl"], parts: [.init(.test, 1_000)])])
  }

  public func loadProblems(from file: URL, split: DataSplit?) throws -> [Problem] {
    try ProblemFile(file: file, task: name).read(Row.self) { row, _ in
      let body = row.body.trimmingCharacters(in: .whitespaces)
      let isEnded = body.last.map { ".?!,".contains($0) } ?? true
      return Problem(
        id: ProblemID("\(name)/\(row.id)"), task: name, question: "\(body)\(isEnded ? "" : ".") \(row.question)",
        reference: row.answer.text)
    }
  }

  private struct Row: Decodable {
    let id: String
    let body: String
    let question: String
    let answer: NumberText

    private enum CodingKeys: String, CodingKey {
      case id = "ID"
      case body = "Body"
      case question = "Question"
      case answer = "Answer"
    }
  }
}
