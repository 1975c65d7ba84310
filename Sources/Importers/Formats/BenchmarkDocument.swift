import Core
import Foundation

/// A row of one of the benchmarks' official files, as other tools carry it along with their samples.
///
/// The problem has the question, reference and group that our own loader of the benchmark gives it
/// (Tests/ImportersTests compares the two), so that samples meet their problems by the question.
struct BenchmarkDocument {
  /// The task whose verifier judges answers.
  let task: String
  /// The benchmark's own name of the problem, with the task before it; nil where the row has none.
  let id: String?
  let question: String
  let reference: String
  var group: String?
  var material = Problem.Material()

  /// nil where the row has none of the benchmarks' layouts.
  static func read(_ row: JSONElement) throws -> BenchmarkDocument? {
    try program(row) ?? function(row) ?? mathematics(row) ?? choice(row) ?? arithmetic(row)
  }

  private static func program(_ row: JSONElement) throws -> BenchmarkDocument? {
    guard let code = try row.text(of: "code"), let question = try row.text(of: "text") ?? row.text(of: "prompt") else {
      return nil
    }
    func texts(_ name: String) throws -> [String] {
      try (row[name]?.elements ?? []).compactMap { try $0.readText(name) }
    }
    let tests = try texts("test_list")
    guard !tests.isEmpty else { return nil }
    let setup = try ([row.text(of: "test_setup_code") ?? ""] + texts("test_imports")).filter { !$0.isEmpty }
    return BenchmarkDocument(
      task: row["text"] == nil ? "mbpp-sanitized" : "mbpp", id: row["task_id"]?.integer.map { "mbpp/\($0)" },
      question: "\(question) Your code should pass these tests:\n\n\(tests.joined(separator: "\n"))",
      reference: code.replacing("\r\n", with: "\n"),
      material: Problem.Material(tests: tests, setup: setup.isEmpty ? nil : setup.joined(separator: "\n")))
  }

  private static func function(_ row: JSONElement) throws -> BenchmarkDocument? {
    guard let entryPoint = try row.text(of: "entry_point"), let prompt = try row.text(of: "prompt") else { return nil }
    let number = try row.text(of: "task_id").map { $0.split(separator: "/").last ?? "" }
    return BenchmarkDocument(
      task: "humaneval", id: number.map { "humaneval/\($0)" }, question: prompt,
      reference: try row.text(of: "canonical_solution") ?? "",
      material: Problem.Material(tests: ["check(\(entryPoint))"], setup: try row.text(of: "test")))
  }

  private static func mathematics(_ row: JSONElement) throws -> BenchmarkDocument? {
    guard let solution = try row.text(of: "solution"), let problem = try row.text(of: "problem") else { return nil }
    let name = try row.text(of: "unique_id").map { $0.hasSuffix(".json") ? String($0.dropLast(5)) : $0 }
    return BenchmarkDocument(
      task: "math", id: name.map { "math/\($0)" }, question: problem, reference: solution, group: try row.level)
  }

  private static func choice(_ row: JSONElement) throws -> BenchmarkDocument? {
    let nested = row["question"]?["stem"] != nil
    guard let key = try row.text(of: "answerKey"),
      let stem = try nested ? row["question"]?.text(of: "stem") : row.text(of: "question"),
      let choices = try choices(nested ? row["question"]?["choices"] : row["choices"])
    else { return nil }
    return BenchmarkDocument(
      task: "csqa", id: try row["id"]?.identifier("id").map { "csqa/\($0)" }, question: question(stem, choices),
      reference: key, material: Problem.Material(choices: choices))
  }

  private static func arithmetic(_ row: JSONElement) throws -> BenchmarkDocument? {
    guard let answer = try row.text(of: "answer"), answer.contains("####"),
      let question = try row.text(of: "question")
    else { return nil }
    let steps = answer.components(separatedBy: "<<").count - 1
    return BenchmarkDocument(
      task: "gsm8k", id: nil, question: question, reference: answer,
      group: steps > 0 ? "Level \(min(max(steps - 1, 1), 5))" : nil)
  }

  /// The problem under `id`, judged by `task` unless the document's own serves.
  func problem(id: String, task: String? = nil) -> Problem {
    Problem(
      id: ProblemID(id), task: task ?? self.task, question: question, reference: reference, group: group,
      material: material)
  }

  /// The question with its choices, one a line.
  static func question(_ stem: String, _ choices: [Problem.Choice]) -> String {
    ([stem] + choices.map { "(\($0.label)) \($0.text)" }).joined(separator: "\n")
  }

  /// `{"label":[…],"text":[…]}`, or `[{"label","text"}]`.
  private static func choices(_ value: JSONElement?) throws -> [Problem.Choice]? {
    guard let value else { return nil }
    var choices: [Problem.Choice] = []
    if let labels = value["label"]?.elements, let texts = value["text"]?.elements, labels.count == texts.count {
      for (label, text) in zip(labels, texts) {
        guard let label = try label.readText("choices"), let text = try text.readText("choices") else { return nil }
        choices.append(Problem.Choice(label: label, text: text))
      }
    } else {
      for choice in value.elements {
        guard let label = try choice.text(of: "label"), let text = try choice.text(of: "text") else { return nil }
        choices.append(Problem.Choice(label: label, text: text))
      }
    }
    return choices.isEmpty ? nil : choices
  }
}

extension JSONElement {
  /// The text of a member; nil where there is none or it is none.
  func text(of name: String) throws -> String? { try self[name]?.readText(name) }

  /// `Level 3`, of a number or such a text; nil for `Level ?`.
  var level: String? {
    get throws {
      if let number = self["level"]?.integer { return "Level \(number)" }
      return try text(of: "level").flatMap { $0.hasSuffix("?") ? nil : $0 }
    }
  }
}
