import Core

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
  init?(_ row: JSONElement) throws(RowFault) {
    if let code = try row.text(of: "code"), let question = try row.text(of: "text") ?? row.text(of: "prompt") {
      self.init(program: row, question: question, code: code)
    } else if let entryPoint = try row.text(of: "entry_point"), let prompt = try row.text(of: "prompt") {
      task = "humaneval"
      let number = try row["task_id"]?.identifier("task_id").map { String($0.split(separator: "/").last ?? "") }
      id = number.map { "humaneval/\($0)" }
      question = prompt
      reference = try row.text(of: "canonical_solution") ?? ""
      material = Problem.Material(tests: ["check(\(entryPoint))"], setup: try row.text(of: "test"))
    } else if let solution = try row.text(of: "solution"), let problem = try row.text(of: "problem") {
      task = "math"
      let name = try row.text(of: "unique_id").map { $0.hasSuffix(".json") ? String($0.dropLast(5)) : $0 }
      id = name.map { "math/\($0)" }
      question = problem
      reference = solution
      group = try row.level
    } else if let key = try row.text(of: "answerKey"), let choices = row["choices"] ?? row["question"]?["choices"] {
      let stem = try row.text(of: "question") ?? row["question"]?.text(of: "stem")
      guard let stem, let offered = try Self.choices(choices) else { return nil }
      task = "csqa"
      id = try row["id"]?.identifier("id").map { "csqa/\($0)" }
      question = Self.question(stem, offered)
      reference = key
      material = Problem.Material(choices: offered)
    } else if let answer = try row.text(of: "answer"), let question = try row.text(of: "question"),
      answer.contains("####")
    {
      task = "gsm8k"
      id = nil
      self.question = question
      reference = answer
      let steps = answer.split(separator: "<<", omittingEmptySubsequences: false).count - 1
      group = steps > 0 ? "Level \(min(max(steps - 1, 1), 5))" : nil
    } else {
      return nil
    }
  }

  private init?(program row: JSONElement, question: String, code: String) {
    // A list that holds anything but texts is no list of tests.
    let tests = (row["test_list"]?.elements ?? []).compactMap { try? $0.text() }
    guard !tests.isEmpty else { return nil }
    let imports = (row["test_imports"]?.elements ?? []).compactMap { try? $0.text() }
    let setup = ([(try? row.text(of: "test_setup_code")) ?? ""] + imports).filter { !$0.isEmpty }
      .joined(separator: "\n")
    task = row["text"] == nil ? "mbpp-sanitized" : "mbpp"
    id = row["task_id"]?.integer.map { "mbpp/\($0)" }
    self.question = "\(question) Your code should pass these tests:\n\n\(tests.joined(separator: "\n"))"
    reference = code.replacing("\r\n", with: "\n")
    material = Problem.Material(tests: tests, setup: setup.isEmpty ? nil : setup)
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
  private static func choices(_ value: JSONElement) throws(RowFault) -> [Problem.Choice]? {
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
  func text(of name: String) throws(RowFault) -> String? { try self[name]?.readText(name) }

  /// `Level 3`, of a number or such a text; nil for `Level ?`.
  var level: String? {
    get throws(RowFault) {
      if let number = self["level"]?.integer { return "Level \(number)" }
      return try text(of: "level").flatMap { $0.hasSuffix("?") ? nil : $0 }
    }
  }
}
