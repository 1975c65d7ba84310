import Core
import Foundation
import Sandbox

/// Short Python functions from a sentence and three tests (Austin et al. 2021, arXiv 2108.07732).
public struct MBPPTask: BenchmarkTask {
  /// Which of its authors' two files.
  public enum Edition: Sendable, Hashable {
    case full
    /// The part that its authors checked by hand, with clearer questions.
    case sanitized
  }

  public let edition: Edition
  public let version = 2
  private let programs: ProgramJudge

  public var name: String { edition == .full ? "mbpp" : "mbpp-sanitized" }
  public var verifier: any Verifier { ProgramVerifier(programs: programs) { ProgramQuestion.of($0) } }

  public init(_ edition: Edition = .full, programs: ProgramJudge) {
    self.edition = edition
    self.programs = programs
  }

  public var dataSet: DataSet? {
    let file =
      switch edition {
      case .full:
        DataFile(
          "mbpp.jsonl",
          parts: [.init(.prompts, 10), .init(.test, 500), .init(.validation, 90), .init(.train, 374)],
          sha256: "ccf64ceae9c5403bf50a044cb6d505bfd2a2963ee58338ba268fd65beab92a9f",
          address: "https://raw.githubusercontent.com/google-research/google-research/master/mbpp/mbpp.jsonl")
      case .sanitized:
        DataFile(
          "sanitized-mbpp.json", aliases: ["sanitized-mbpp.jsonl"],
          parts: [.init(.prompts, 7), .init(.test, 257), .init(.validation, 43), .init(.train, 120)])
      }
    return DataSet(
      folder: "mbpp", home: "https://github.com/google-research/google-research/tree/master/mbpp", licence: "CC BY 4.0",
      files: [file])
  }

  /// The end of its authors' prompt.
  public let stop = ["[DONE]"]

  public func prompt(for question: String) -> String {
    "You are an expert Python programmer, and here is your task: \(question)\n[BEGIN]"
  }

  public func goldCompletion(for problem: Problem) -> String { "\n\(problem.reference)\n[DONE]" }

  public func message(for question: String) -> String {
    "\(question)\n\nAnswer with one Python code block that holds the whole program."
  }

  public func goldReply(for problem: Problem) -> String { "```python\n\(problem.reference)\n```" }

  public func loadProblems(from file: URL, split: DataSplit?) throws -> [Problem] {
    try ProblemFile(file: file, task: name).read(Row.self) { row, _ in
      guard split == nil || split == Self.split(of: row.identifier) else { return nil }
      guard !row.tests.isEmpty else { throw InputError("the field 'test_list' is empty; give at least one test") }
      let setup = ([row.setup] + (row.imports ?? [])).compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "\n")
      return Problem(
        id: ProblemID("mbpp/\(row.identifier)"), task: name,
        question: "\(row.text) Your code should pass these tests:\n\n\(row.tests.joined(separator: "\n"))",
        reference: row.code.replacingOccurrences(of: "\r\n", with: "\n"),
        material: Problem.Material(tests: row.tests, setup: setup.isEmpty ? nil : setup))
    }
  }

  /// The split of a `task_id`, as its authors divide them.
  static func split(of identifier: Int) -> DataSplit {
    switch identifier {
    case ...10: .prompts
    case ...510: .test
    case ...600: .validation
    default: .train
    }
  }

  /// A row of either file: the sanitized one calls the question `prompt` and the setup `test_imports`.
  private struct Row: Decodable {
    let identifier: Int
    let text: String
    let code: String
    let tests: [String]
    let setup: String?
    let imports: [String]?

    private enum CodingKeys: String, CodingKey {
      case identifier = "task_id"
      case text, prompt, code
      case tests = "test_list"
      case setup = "test_setup_code"
      case imports = "test_imports"
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      identifier = try container.decode(Int.self, forKey: .identifier)
      text = try container.decode(String.self, forKey: container.contains(.prompt) ? .prompt : .text)
      code = try container.decode(String.self, forKey: .code)
      tests = try container.decode([String].self, forKey: .tests)
      setup = try container.decodeIfPresent(String.self, forKey: .setup)
      imports = try container.decodeIfPresent([String].self, forKey: .imports)
    }
  }
}
