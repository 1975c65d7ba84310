import Core
import Foundation

extension VerifyCommand {
  /// An answer to judge; other fields are left out of account.
  struct AnswerRow: Decodable {
    let id: RowID
    let completion: String
    private let question: String
    private let reference: String
    private let material: Problem.Material

    private enum CodingKeys: String, CodingKey { case id, completion, question, reference }

    /// The reference may be a number. A program's needs none: its tests decide.
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      id = try container.decode(RowID.self, forKey: .id)
      completion = try container.decode(String.self, forKey: .completion)
      question = try container.decodeIfPresent(String.self, forKey: .question) ?? ""
      material = try Problem.Material(from: decoder)
      if !material.tests.isEmpty, !container.contains(.reference) {
        reference = ""
      } else if let text = try? container.decode(String.self, forKey: .reference) {  // No text: a number.
        reference = text
      } else if let integer = try? container.decode(Int.self, forKey: .reference) {  // Not whole: as above.
        reference = String(integer)
      } else if let number = try? container.decode(Double.self, forKey: .reference) {  // As above.
        reference = "\(number)"
      } else {
        reference = try container.decode(String.self, forKey: .reference)
      }
    }

    func problem(of task: String) -> Problem {
      Problem(id: id.problemID, task: task, question: question, reference: reference, material: material)
    }
  }

  struct VerdictRow: Encodable {
    let id: RowID
    let task: String
    let taskVersion: Int
    let verdict: Verdict

    private enum CodingKeys: String, CodingKey {
      case id, verdict, extracted, strict, reason, task
      case taskVersion = "task_version"
      case passedTests = "passed_tests"
      case testCount = "test_count"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(verdict.outcome, forKey: .verdict)
      // Always there, so that every line has it.
      try container.encode(verdict.extracted, forKey: .extracted)
      try container.encodeIfPresent(verdict.strict, forKey: .strict)
      try container.encodeIfPresent(verdict.reason, forKey: .reason)
      try container.encodeIfPresent(verdict.tests?.passed, forKey: .passedTests)
      try container.encodeIfPresent(verdict.tests?.count, forKey: .testCount)
      try container.encode(task, forKey: .task)
      try container.encode(taskVersion, forKey: .taskVersion)
    }
  }

  struct ExplainedRow: Encodable {
    let id: RowID
    let task: String
    let taskVersion: Int
    let explanation: VerdictExplanation

    private enum CodingKeys: String, CodingKey {
      case id, task
      case taskVersion = "task_version"
    }

    func encode(to encoder: any Encoder) throws {
      try explanation.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(task, forKey: .task)
      try container.encode(taskVersion, forKey: .taskVersion)
    }

    /// A line for each thing found, for a terminal.
    var text: String {
      let verdict = explanation.verdict
      let strict = verdict.strict.map { "; by the strict rule \($0.rawValue)" } ?? ""
      let rows: [(String, String?)] = [
        ("id", id.problemID.rawValue), ("task", "\(task), version \(taskVersion)"),
        ("verdict", verdict.outcome.rawValue + strict), ("found", explanation.place ?? "nowhere"),
        ("as written", explanation.text), ("answer", explanation.normalForm),
        ("reference", explanation.referenceNormalForm ?? "cannot be read"), ("why", explanation.why),
      ]
      return rows.compactMap { name, value in
        value.map { name.padding(toLength: 12, withPad: " ", startingAt: 0) + Self.visible($0) }
      }.joined(separator: "\n")
    }

    /// A model's text may hold what moves a terminal's cursor. Further lines are set below the first.
    private static func visible(_ text: String) -> String {
      var shown = ""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": shown += "\n" + String(repeating: " ", count: 12)
        case _ where scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format:
          shown += "\\u{\(String(scalar.value, radix: 16))}"
        default: shown.unicodeScalars.append(scalar)
        }
      }
      return shown
    }
  }

  /// An id comes out as it went in: a number stays a number.
  enum RowID: Codable {
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
}
