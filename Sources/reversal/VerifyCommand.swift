import ArgumentParser
import Core
import Foundation
import Tasks

/// `reversal verify`: a filter that judges answers.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Judge answers against references.",
    discussion: """
      Reads JSON Lines {"id","completion","reference"} and writes {"id","verdict","extracted"} in the same order. The \
      verdict is correct, incorrect, unparsed (the answer gives nothing to compare), timeout or error (the reference \
      cannot be read); extracted is what was read out of the answer, in normal form, or null. The reference may be the \
      bare answer or the data set's whole answer text.
      """)

  @Option(help: "\(TaskCatalog.tasks.map(\.name).joined(separator: " or ")).")
  var task: String

  @Argument(help: "JSON Lines file, or - for standard input.")
  var input = "-"

  private struct AnswerRow: Decodable {
    let id: RowID
    let completion: String
    let reference: String
  }

  private struct VerdictRow: Encodable {
    let id: RowID
    let verdict: Verdict

    enum CodingKeys: String, CodingKey { case id, verdict, extracted }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(verdict.outcome, forKey: .verdict)
      // Always there, so that every line has the same columns.
      try container.encode(verdict.extracted, forKey: .extracted)
    }
  }

  /// An id comes out as it went in: a number stays a number.
  private enum RowID: Codable {
    case number(Int)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int.self) {  // Not a number: it must be a string.
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      }
    }

    var problemID: ProblemID {
      switch self {
      case .number(let number): ProblemID(String(number))
      case .text(let text): ProblemID(text)
      }
    }
  }

  func run() async throws {
    let benchmark = try TaskCatalog.task(named: task)
    let verifier = benchmark.verifier
    try await InputLines.answer(input) { (row: AnswerRow, _) in
      let problem = Problem(id: row.id.problemID, task: benchmark.name, question: "", reference: row.reference)
      return VerdictRow(
        id: row.id, verdict: await verifier.judge(completion: row.completion, problem: problem))
    }
  }
}
