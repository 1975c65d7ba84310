import Core
import Foundation
import Tasks
import Testing

@Suite struct TaskTests {
  @Test func readsTheOfficialLayout() throws {
    let problems = try TaskFile.load(
      """
      {"question":"How many?","answer":"1+1 = <<1+1=2>>2\\n#### 2"}

      {"question":"And now?","answer":"#### 3"}
      """, name: "test.jsonl")
    #expect(problems.map(\.id.rawValue) == ["gsm8k/test/0", "gsm8k/test/2"])
    #expect(problems[0].reference == "1+1 = <<1+1=2>>2\n#### 2")
    #expect(problems.map(\.group) == ["Level 1", nil])
  }

  @Test(arguments: [(0, nil), (1, "Level 1"), (2, "Level 1"), (3, "Level 2"), (6, "Level 5"), (9, "Level 5")])
  func gsm8kIsGroupedByItsCalculations(count: Int, group: String?) throws {
    let answer = String(repeating: "1+1=<<1+1=2>>2 ", count: count) + "#### 2"
    let row = try JSONLines.line(["question": "?", "answer": answer])
    #expect(try TaskFile.load(row).map(\.group) == [group])
  }

  @Test func readsItsOwnProblems() throws {
    let written = ArithmeticGenerator(seed: 3).problems(.test, count: 7)
    let text = try written.map { try JSONLines.line($0) }.joined(separator: "\n")
    #expect(try TaskFile.load(text, task: ArithmeticTask()) == written)
    #expect(try TaskFile.load(text, task: ArithmeticTask(), limit: 2) == Array(written.prefix(2)))
  }

  @Test(arguments: [
    ("", "p.jsonl: holds no problems; give a file with one JSON object a line"),
    (
      #"{"id":"a","task":"gsm8k","question":"?","reference":"1"}"# + "\n"
        + #"{"id":"a","task":"gsm8k","question":"!","reference":"2"}"#,
      "p.jsonl:2: the id 'a' stands in line 1 already; give every problem an id of its own"
    ),
    (#"{"question":"?"}"#, "p.jsonl:1: the field 'answer' is missing; add it"),
    (#"{"question":"?","answer":7}"#, "p.jsonl:1: the field 'answer' is not a String; change its value"),
    (
      #"{"id":"a","task":"arithmetic","question":"?","reference":"1"}"#,
      "p.jsonl:1: the problem is of task 'arithmetic', not 'gsm8k'; change one of the two"
    ),
    (#"{"question":"#, "p.jsonl:1: not a JSON object; each line must be one complete JSON object in UTF-8"),
  ])
  func aBadFileIsNamed(text: String, message: String) throws {
    let error = #expect(throws: InputError.self) { try TaskFile.load(text, limit: 0) }
    #expect(error?.description == message)
  }

  /// Neither side of the seam may swallow it: tokenizers keep a space, or line break, with the word after it.
  @Test(arguments: TaskCatalog().tasks.map(\.name).filter { $0 != "humaneval" })
  func promptAndCompletionMeetAtWhiteSpace(name: String) throws {
    let task = try TaskCatalog().task(named: name)
    let problem = Problem(id: "p", task: task.name, question: "How many?", reference: "2")
    #expect(task.prompt(for: problem.question).contains("How many?"))
    #expect(task.prompt(for: problem.question).last?.isWhitespace == false)
    #expect(task.goldCompletion(for: problem).first?.isWhitespace == true)
    #expect(task.goldReply(for: problem).first?.isWhitespace == false)
    #expect(!task.stop.isEmpty)
  }

  @Test func tasksGoByName() throws {
    let catalog = TaskCatalog()
    for name in catalog.names { #expect(try catalog.task(named: name).name == name) }
    #expect(Set(catalog.names).count == catalog.names.count)
    #expect(try catalog.task(named: "custom:numeric").name == "custom:numeric")
  }

  private static let known = TaskCatalog().names.joined(separator: ", ")

  @Test(arguments: [
    ("gsm8", "unknown task 'gsm8'; did you mean 'gsm8k'? The known tasks are \(known)"),
    ("Arithmetics", "unknown task 'Arithmetics'; did you mean 'arithmetic'? The known tasks are \(known)"),
    ("custom:maths", "unknown task 'custom:maths'; did you mean 'custom:math'? The known tasks are \(known)"),
    ("poetry of the sea", "unknown task 'poetry of the sea'; the known tasks are \(known)"),
  ])
  func anUnknownTaskNamesTheKnownOnes(name: String, message: String) {
    let error = #expect(throws: InputError.self) { try TaskCatalog().task(named: name) }
    #expect(error?.description == message)
  }

  @Test func onlyCustomTasksHaveOtherFields() {
    #expect(throws: InputError("only a custom task has fields of other names; 'gsm8k' is none")) {
      try TaskCatalog().task(named: "gsm8k", fields: ["question": "q"])
    }
    #expect(
      throws: InputError(
        "problems have no field 'questoin'; they have id, question, reference, group, choices, tests, setup")
    ) {
      try TaskCatalog().task(named: "custom:text", fields: ["questoin": "q"])
    }
  }

  /// What every verifier that runs no program promises: its own reference is right, a wrong and an empty answer are told
  /// apart, and an unreadable reference is the verifier's error.
  @Test(
    arguments: TaskCatalog().names.filter { !["mbpp", "mbpp-sanitized", "humaneval", "custom:program"].contains($0) })
  func everyVerifierKeepsThePromise(name: String) async throws {
    let verifier = try TaskCatalog().task(named: name).verifier
    let isChoice = ["csqa", "custom:choice"].contains(name)
    let (right, wrong) = isChoice ? ("B", "C") : ("4", "5")
    let problem = Problem(id: "p", task: name, question: "Which?", reference: right)
    for (completion, outcome) in [(right, Verdict.Outcome.correct), (wrong, .incorrect), ("", .unparsed)] {
      let verdict = await verifier.judge(completion: completion, problem: problem)
      #expect(verdict.outcome == outcome)
      #expect(verdict.extracted == (outcome == .unparsed ? nil : completion))
      let explanation = await verifier.explain(completion: completion, problem: problem)
      #expect(explanation.verdict == verdict)
      #expect(explanation.referenceNormalForm == right)
      #expect(!explanation.why.isEmpty)
    }
    let unreadable = Problem(id: "p", task: name, question: "Which?", reference: " ")
    #expect(await verifier.judge(completion: wrong, problem: unreadable).outcome == .error)
  }
}
