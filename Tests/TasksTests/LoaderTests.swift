import Core
import Foundation
import Sandbox
import Tasks
import Testing

/// Rows in the official layouts, and the official files where they are present.
@Suite struct LoaderTests {
  @Test func svampJoinsBodyAndQuestion() throws {
    let rows = """
      [{"ID":"x-1","Body":"Ann has 3 pens and buys 2","Question":"How many now?","Equation":"( 3.0 + 2.0 )","Answer":5.0,
      "Type":"Addition"},
      {"ID":"x-2","Body":"Ben has 7.","Question":"How many?","Equation":"7.0","Answer":7,"Type":"Addition"}]
      """
    let problems = try TaskFile.load(rows, name: "SVAMP.json", task: SVAMPTask())
    #expect(problems.map(\.id) == ["svamp/x-1", "svamp/x-2"])
    #expect(problems.map(\.question) == ["Ann has 3 pens and buys 2. How many now?", "Ben has 7. How many?"])
    #expect(problems.map(\.reference) == ["5", "7"])
  }

  @Test func mawpsAndGSMHardReadNumbers() throws {
    let rows = #"{"input":"Half?","target":0.6666666667}"# + "\n" + #"{"input":"All?","target":12.0}"#
    let problems = try TaskFile.load(rows, name: "addsub.jsonl", task: MAWPSTask())
    #expect(problems.map(\.id) == ["mawps/addsub/0", "mawps/addsub/1"])
    #expect(problems.map(\.reference) == ["0.6666666667", "12"])
    #expect(try TaskFile.load(rows, name: "test.jsonl", task: GSMHardTask())[1].id == "gsm-hard/test/1")
  }

  @Test func roundedReferencesAllowAThousandth() async {
    let verifier = GSMHardTask().verifier
    let cases: [(String, String, Verdict.Outcome)] = [
      ("3244047.0999999996", "3244047.1", .correct), ("0.6666666667", "2/3", .correct), ("3.33333", "10/3", .correct),
      ("0.6666666667", "0.67", .incorrect), ("0.0000020107", "0", .incorrect), ("5", "5.002", .incorrect),
      ("0", "0.0001", .incorrect), ("-2", "2", .incorrect), ("9284017268534.4", "9284017268534.400390625", .correct),
    ]
    for (reference, completion, outcome) in cases {
      let problem = Problem(id: "p", task: "gsm-hard", question: "", reference: reference)
      #expect(await verifier.judge(completion: completion, problem: problem).outcome == outcome, "\(completion)")
    }
  }

  @Test func csqaAsksWithItsChoices() throws {
    let row = """
      {"answerKey":"B","id":"77","question":{"question_concept":"rake","stem":"Where is a rake kept?","choices":\
      [{"label":"A","text":"kitchen"},{"label":"B","text":"shed"}]}}
      """
    let problem = try #require(try TaskFile.load(row, task: CommonsenseQATask()).first)
    #expect(problem.id == "csqa/77")
    #expect(problem.question == "Where is a rake kept?\n(A) kitchen\n(B) shed")
    #expect(problem.reference == "B")
    #expect(CommonsenseQATask().goldCompletion(for: problem) == " (B) shed")
    let written = try TaskFile.load(try JSONLines.line(problem), task: CommonsenseQATask())
    #expect(written == [problem])
    let error = #expect(throws: InputError.self) {
      try TaskFile.load(row.replacing("\"B\",\"id\"", with: "\"F\",\"id\""), task: CommonsenseQATask())
    }
    #expect(
      error?.description
        == "p.jsonl:1: the field 'answerKey' names none of the choices; take a split that has answers")
  }

  @Test func mathKnowsLevelsAndSubjects() throws {
    let rows = """
      {"problem":"1+1?","level":"Level 3","type":"Algebra","solution":"$\\boxed{2}$","unique_id":"test/algebra/1.json"}
      {"problem":"2+1?","level":4,"subject":"Geometry","solution":"$\\boxed{3}$"}
      {"problem":"3+1?","level":"Level ?","type":"Algebra","solution":"$\\boxed{4}$"}
      """
    let problems = try TaskFile.load(rows, name: "test.jsonl", task: MATHTask())
    #expect(problems.map(\.id) == ["math/test/algebra/1", "math/test/1", "math/test/2"])
    #expect(problems.map(\.group) == ["Level 3", "Level 4", nil])
    #expect(
      try TaskFile.load(rows, name: "test.jsonl", task: MATHTask(.algebra)).map(\.id.rawValue) == [
        "math/test/algebra/1", "math/test/2",
      ])
  }

  private static let mbpp = [5, 11, 511, 601].map {
    """
    {"text":"Double x.","code":"def f(x):\\r\\n  return 2*x","task_id":\($0),"test_setup_code":"","test_list":["assert \
    f(2)==4","assert f(0)==0"],"challenge_test_list":[]}
    """
  }.joined(separator: "\n")

  @Test(arguments: [(DataSplit.prompts, 5), (.test, 11), (.validation, 511), (.train, 601)])
  func mbppIsSplitByItsIdentifiers(split: DataSplit, identifier: Int) throws {
    let task = MBPPTask(programs: ProgramJudge())
    let problem = try #require(try TaskFile.load(Self.mbpp, task: task, split: split).first)
    #expect(problem.id.rawValue == "mbpp/\(identifier)")
    #expect(problem.material.tests == ["assert f(2)==4", "assert f(0)==0"])
    #expect(problem.question == "Double x. Your code should pass these tests:\n\nassert f(2)==4\nassert f(0)==0")
    #expect(task.goldCompletion(for: problem) == "\ndef f(x):\n  return 2*x\n[DONE]")
    #expect(try TaskFile.load(Self.mbpp, task: task).count == 4)
  }

  @Test func sanitizedMBPPIsOneArray() throws {
    let row = """
      [{"source_file":"s","task_id":12,"prompt":"Double x.","code":"def f(x): return 2*x","test_imports":["import math"],
      "test_list":["assert f(2)==4"]}]
      """
    let problem = try #require(
      try TaskFile.load(row, name: "sanitized-mbpp.json", task: MBPPTask(.sanitized, programs: ProgramJudge())).first)
    #expect(problem.material.setup == "import math")
    let error = #expect(throws: InputError.self) {
      try TaskFile.load("[{\"task_id\":12}]", name: "s.json", task: MBPPTask(.sanitized, programs: ProgramJudge()))
    }
    #expect(error?.description == "s.json: the field 'text' is missing in '0'; add it")
  }

  @Test func humanEvalContinuesItsPrompt() throws {
    let row = """
      {"task_id":"HumanEval/3","prompt":"def f(x):\\n","entry_point":"f","canonical_solution":"  return x\\n","test":"def \
      check(c):\\n  assert c(1)==1\\n"}
      """
    let task = HumanEvalTask(programs: ProgramJudge())
    let problem = try #require(try TaskFile.load(row, task: task).first)
    #expect(problem.id == "humaneval/3")
    #expect(task.prompt(for: problem.question) + task.goldCompletion(for: problem) == "def f(x):\n  return x\n")
    #expect(problem.material.tests == ["check(f)"])
  }

  @Test func customRowsNameTheirFields() throws {
    let row = """
      {"key":7,"ask":{"text":"Which?"},"gold":"B","options":["red","blue"],"hardness":2}
      """
    let fields = ["id": "key", "question": "ask.text", "reference": "gold", "choices": "options", "group": "hardness"]
    let task = try TaskCatalog().task(named: "custom:choice", fields: fields)
    let problem = try #require(try TaskFile.load(row, task: task).first)
    #expect(problem.id == "7" && problem.group == "Level 2" && problem.reference == "B")
    #expect(problem.question == "Which?\n(A) red\n(B) blue")
    let plain = try TaskCatalog().task(named: "custom:numeric")
    #expect(try TaskFile.load(#"{"question":"1+1?","reference":2}"#, task: plain).map(\.id) == ["custom/p/0"])
    let error = #expect(throws: InputError.self) { try TaskFile.load(row, task: plain) }
    #expect(
      error?.description == "p.jsonl:1: the field 'question' is missing or no text; add it, or name another one")
  }

  @Test(arguments: [
    (#"["a","b"]"#, ["A", "B"]), (#"[{"label":"X","text":"a"},{"label":"Y","text":"b"}]"#, ["X", "Y"]),
    (#"{"label":["P","Q"],"text":["a","b"]}"#, ["P", "Q"]),
  ])
  func choicesComeInThreeForms(json: String, labels: [String]) throws {
    let material = try JSONDecoder().decode(Problem.Material.self, from: Data("{\"choices\":\(json)}".utf8))
    #expect(material.choices == zip(labels, ["a", "b"]).map { Problem.Choice(label: $0, text: $1) })
  }

  @Test(arguments: [
    #"[{"label":"A","text":"a"},{"label":"A","text":"b"}]"#, #"[{"label":"10","text":"a"}]"#,
    #"{"label":["A"],"text":[]}"#,
    "7", "[\(Array(repeating: "\"x\"", count: 27).joined(separator: ","))]",
  ])
  func otherChoicesAreRefused(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Problem.Material.self, from: Data("{\"choices\":\(json)}".utf8))
    }
  }

  // MARK: Official files

  private static let official: [(name: String, file: String)] = TaskCatalog().tasks.flatMap { task in
    (task.dataSet?.files ?? []).map { (task.name, "data/\(task.dataSet?.folder ?? "")/\($0.name)") }
  }.filter { SharedData.contains($0.1) }

  @Test(arguments: official)
  func officialFilesHaveTheProblemsTheyShould(name: String, file: String) throws {
    let task = try TaskCatalog().task(named: name)
    let dataSet = try #require(task.dataSet)
    let description = try #require(dataSet.files.first { file.hasSuffix($0.name) })
    for part in description.parts {
      let problems = try task.loadProblems(from: SharedData.file(file), split: part.split)
      #expect(problems.count == part.problemCount)
      #expect(Set(problems.map(\.id)).count == problems.count)
    }
  }

  @Test(
    .enabled(if: SharedData.contains("data/svamp/test.jsonl")), arguments: ["svamp", "mawps", "gsm-hard"])
  func everyNumberVerifiesAgainstItself(name: String) async throws {
    let task = try TaskCatalog().task(named: name)
    var failures: [ProblemID] = []
    for file in task.dataSet?.files ?? [] {
      let path = SharedData.file("data/\(task.dataSet?.folder ?? "")/\(file.name)")
      for problem in try task.loadProblems(from: path, split: nil) {
        let forms = [
          task.goldCompletion(for: problem), "#### \(problem.reference)", "The answer is \(problem.reference).",
        ]
        for form in forms {
          let verdict = await task.verifier.judge(completion: form, problem: problem)
          if !verdict.isCorrect { failures.append(problem.id) }
        }
      }
    }
    #expect(failures == [])
  }
}
