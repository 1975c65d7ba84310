import Core
import Foundation
import Tasks
import Testing

@Suite struct TaskTests {
  private func load(_ text: String, name: String = "p.jsonl", task: any BenchmarkTask = GSM8KTask(), limit: Int? = nil)
    throws -> [Problem]
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }  // A folder left behind harms no test.
    let file = folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    do {
      return try task.loadProblems(from: file, limit: limit)
    } catch let error as InputError {
      throw InputError(file: error.file.map { URL(filePath: $0).lastPathComponent }, line: error.line, error.message)
    }
  }

  @Test func readsTheOfficialLayout() throws {
    let problems = try load(
      """
      {"question":"How many?","answer":"1+1 = <<1+1=2>>2\\n#### 2"}

      {"question":"And now?","answer":"#### 3"}
      """, name: "test.jsonl")
    #expect(problems.map(\.id.rawValue) == ["gsm8k/test/0", "gsm8k/test/2"])
    #expect(problems[0].reference == "1+1 = <<1+1=2>>2\n#### 2")
    #expect(problems[0].group == nil)
  }

  @Test func readsItsOwnProblems() throws {
    let written = ArithmeticGenerator(seed: 3).problems(.test, count: 7)
    let text = try written.map { try JSONLines.line($0) }.joined(separator: "\n")
    #expect(try load(text, task: ArithmeticTask()) == written)
    #expect(try load(text, task: ArithmeticTask(), limit: 2) == Array(written.prefix(2)))
  }

  @Test(arguments: [
    ("", "p.jsonl: holds no problems; give a file with one JSON object a line"),
    (
      #"{"id":"a","task":"gsm8k","question":"?","reference":"1"}"# + "\n"
        + #"{"id":"a","task":"gsm8k","question":"!","reference":"2"}"#,
      "p.jsonl:2: the id 'a' stands in line 1 already; give every problem an id of its own"
    ),
    (#"{"question":"?"}"#, "p.jsonl:1: the field 'id' is missing; add it"),
    (#"{"question":"?","answer":7}"#, "p.jsonl:1: the field 'answer' is not a String; change its value"),
    (
      #"{"id":"a","task":"arithmetic","question":"?","reference":"1"}"#,
      "p.jsonl:1: the problem is of task 'arithmetic', not 'gsm8k'; change one of the two"
    ),
    (#"{"question":"#, "p.jsonl:1: not a JSON object; each line must be one complete JSON object in UTF-8"),
  ])
  func aBadFileIsNamed(text: String, message: String) throws {
    let error = #expect(throws: InputError.self) { try load(text, limit: 0) }
    #expect(error?.description == message)
  }

  @Test func promptAndCompletionMeetAtASpace() {
    for task in TaskCatalog.tasks {
      let problem = Problem(id: "p", task: task.name, question: "How many?", reference: "#### 2")
      #expect(task.prompt(for: problem.question) == "Question: How many?\nAnswer:")
      #expect(task.goldCompletion(for: problem) == " #### 2")
      #expect(task.stop == ["\nQuestion:"])
    }
  }

  @Test func tasksGoByName() throws {
    #expect(try TaskCatalog.task(named: "gsm8k").name == "gsm8k")
    #expect(try TaskCatalog.task(named: "arithmetic").name == "arithmetic")
  }

  @Test(arguments: [
    ("gsm8", "unknown task 'gsm8'; did you mean 'gsm8k'? The known tasks are arithmetic, gsm8k"),
    ("Arithmetics", "unknown task 'Arithmetics'; did you mean 'arithmetic'? The known tasks are arithmetic, gsm8k"),
    ("poetry", "unknown task 'poetry'; the known tasks are arithmetic, gsm8k"),
  ])
  func anUnknownTaskNamesTheKnownOnes(name: String, message: String) {
    let error = #expect(throws: InputError.self) { try TaskCatalog.task(named: name) }
    #expect(error?.description == message)
  }

  /// What every verifier promises, shown on every task's: its own reference is right, a wrong, an unreadable and an
  /// empty answer are told apart, and an unreadable reference is the verifier's error.
  @Test(arguments: TaskCatalog.tasks.map(\.name))
  func everyVerifierKeepsThePromise(name: String) async throws {
    let verifier = try TaskCatalog.task(named: name).verifier
    let problem = Problem(id: "p", task: name, question: "How many?", reference: "2+2 = <<2+2=4>>4\n#### 4")
    #expect(await verifier.judge(completion: problem.reference, problem: problem) == Verdict(.correct, extracted: "4"))
    #expect(await verifier.judge(completion: "#### 5", problem: problem) == Verdict(.incorrect, extracted: "5"))
    #expect(await verifier.judge(completion: "I do not know.", problem: problem) == Verdict(.unparsed))
    #expect(await verifier.judge(completion: "", problem: problem) == Verdict(.unparsed))
    let unreadable = Problem(id: "p", task: name, question: "How many?", reference: "some")
    #expect(await verifier.judge(completion: "#### 5", problem: unreadable) == Verdict(.error))
  }
}
