import Core
import Foundation
import Sandbox

/// Python functions from their signature and docstring (Chen et al. 2021, arXiv 2107.03374).
public struct HumanEvalTask: BenchmarkTask {
  public let name = "humaneval"
  public let version = 2
  private let programs: ProgramJudge

  public var verifier: any Verifier {
    ProgramVerifier(programs: programs) { problem in
      problem.material.tests.first.flatMap(Self.entryPoint).flatMap {
        ProgramQuestion.continuing(problem, entryPoint: $0)
      }
    }
  }

  public init(programs: ProgramJudge) { self.programs = programs }

  public var dataSet: DataSet? {
    DataSet(
      folder: "humaneval", home: "https://github.com/openai/human-eval", licence: "MIT",
      note: "The authors' file is compressed; unpack it before adding it.",
      files: [
        DataFile(
          "HumanEval.jsonl", parts: [.init(.test, 164)],
          sha256: "1d49078ba3e2b196b9344535bef34a43021f038fad9561d6ee7c53450609a6a2")
      ])
  }

  /// Where a function has ended, as in its authors' evaluation.
  public let stop = ["\nclass", "\ndef", "\n#", "\nif", "\nprint"]

  /// The question is the beginning of the program.
  public func prompt(for question: String) -> String { question }

  public func goldCompletion(for problem: Problem) -> String { problem.reference }

  public func message(for question: String) -> String {
    "Complete this Python function. Answer with one code block that holds the whole function.\n\n```python\n\(question)```"
  }

  public func goldReply(for problem: Problem) -> String {
    "```python\n\(problem.question)\(problem.reference)```"
  }

  public func loadProblems(from file: URL, split: DataSplit?) throws -> [Problem] {
    try ProblemFile(file: file, task: name).read(Row.self) { row, _ in
      Problem(
        id: ProblemID("\(name)/\(row.id.split(separator: "/").last ?? "")"), task: name, question: row.prompt,
        reference: row.solution,
        material: Problem.Material(tests: ["check(\(row.entryPoint))"], setup: row.test))
    }
  }

  /// `f` of `check(f)`.
  private static func entryPoint(ofTest test: String) -> String? {
    guard test.hasPrefix("check("), test.hasSuffix(")") else { return nil }
    return String(test.dropFirst(6).dropLast())
  }

  private struct Row: Decodable {
    let id: String
    let prompt: String
    let entryPoint: String
    let solution: String
    let test: String

    private enum CodingKeys: String, CodingKey {
      case id = "task_id"
      case prompt, test
      case entryPoint = "entry_point"
      case solution = "canonical_solution"
    }
  }
}
