import Core
import Importers
import Testing

@Suite struct LMEvalTests {
  private let reading: Reading

  init() throws { reading = try Reading() }

  /// A row as lm-evaluation-harness 0.4.13 writes it (Fixtures/lm-eval holds real ones).
  private func row(
    _ number: Int, answers: [String] = ["It is 4.\n#### 4"], filter: String = "strict-match", extracted: String = "4",
    value: String = "1.0", arguments: String = #""do_sample": false, "temperature": 0.0"#,
    question: String = "Two and two?",
    document: String? = nil
  ) -> String {
    let resps = answers.map { "\"\($0.replacing("\n", with: "\\n"))\"" }.joined(separator: ", ")
    let doc = document ?? #"{"question": "\#(question)", "answer": "<<2+2=4>>4\n#### 4"}"#
    return
      #"{"doc_id": \#(number), "doc": \#(doc), "target": "4", "arguments": {"gen_args_0": {"arg_0": "Question: \#(question)", "#
      + #""arg_1": {"until": ["</s>"], \#(arguments)}}}, "resps": [[\#(resps)]], "filtered_resps": ["\#(extracted)"], "#
      + #""filter": "\#(filter)", "metrics": ["exact_match"], "doc_hash": "x", "exact_match": \#(value)}"#
  }

  private let name = "samples_gsm8k_2026-01-31T10-20-30.123456.jsonl"

  @Test func problemsComeWithTheSamples() async throws {
    let read = try await reading.read([(name, row(0) + "\n" + row(1, value: "0.0", question: "Three and one?"))])
    #expect(
      read.problems == [
        Problem(
          id: "gsm8k/0", task: "gsm8k", question: "Two and two?", reference: "<<2+2=4>>4\n#### 4", group: "Level 1"),
        Problem(
          id: "gsm8k/1", task: "gsm8k", question: "Three and one?", reference: "<<2+2=4>>4\n#### 4", group: "Level 1"),
      ])
    #expect(
      read.samples.map(\.verdict) == [Verdict(.correct, extracted: "4"), Verdict(.incorrect, extracted: "4")])
    #expect(read.source.greedy == 2 && read.source.judgedByFile == 2 && read.source.judgements == ["strict-match"])
  }

  @Test func theFirstFilterIsReadUnlessOneIsNamed() async throws {
    let rows = [
      row(0, filter: "strict-match", extracted: "[invalid]", value: "0.0"),
      row(0, filter: "flexible-extract", extracted: "4", value: "1.0"),
    ].joined(separator: "\n")
    let first = try await reading.read([(name, rows)])
    #expect(first.samples.map(\.verdict) == [Verdict(.unparsed)])
    #expect(first.source.ignoredFilters == [.init(name: "flexible-extract", rows: 1)])
    let named = try await reading.read([(name, rows)], ImportOptions(filter: "flexible-extract"))
    #expect(named.samples.map(\.verdict) == [Verdict(.correct, extracted: "4")])
    #expect(
      await reading.message([(name, rows)], problems: [Reading.problem("gsm8k/0")], ImportOptions(filter: "maj@64"))
        == "\(name): has no rows of the filter 'maj@64'; choose one of its own: flexible-extract, strict-match")
  }

  @Test func repeatsAreSamplesThatTheTaskJudges() async throws {
    let text = row(
      0, answers: ["right", "wrong", "right too"], extracted: "right",
      arguments: #""do_sample": true, "temperature": 0.7"#)
    let read = try await reading.read(
      [("m.jsonl", text)], problems: [Reading.problem("q", question: " Two and two?\n")])
    #expect(
      read.lines == [
        "q 0 sampled correct right", "q 1 sampled incorrect wrong", "q 2 sampled correct right too",
      ])
    #expect(read.source.judgedByFile == 0)
  }

  @Test(arguments: [
    (#""do_sample": false, "temperature": 0.7"#, Decoding.greedy), (#""do_sample": true"#, .sampled),
    (#""do_sample": true, "temperature": 0.0"#, .greedy), (#""temperature": 0.7"#, .sampled), (#""top_p": 1"#, .greedy),
    (#""temperature": 0"#, .greedy),
  ])
  func decodingIsReadFromTheArguments(arguments: String, expected: Decoding) async throws {
    let read = try await reading.read([(name, row(0, arguments: arguments))])
    #expect(read.samples.map(\.completion.decoding) == [expected])
  }

  @Test func theLikeliestOptionIsTheAnswer() async throws {
    let document =
      #"{"id": "c1", "question": "Where?", "question_concept": "x", "answerKey": "B", "choices": {"label": ["A", "B"], "#
      + #""text": ["here", "there"]}}"#
    func row(_ first: String, _ second: String, _ accuracy: String) -> String {
      #"{"doc_id": 0, "doc": \#(document), "target": "1", "arguments": {"gen_args_0": {"arg_0": "Where?", "arg_1": " A"}, "#
        + #""gen_args_1": {"arg_0": "Where?", "arg_1": " B"}}, "resps": [\#(first), \#(second)], "filtered_resps": [], "#
        + #""filter": "none", "metrics": ["acc", "acc_norm"], "acc": \#(accuracy), "acc_norm": 0.0}"#
    }
    for (first, second) in [(#"[["-2.5", "False"]]"#, #"[["-0.5", "True"]]"#), ("[[-2.5, false]]", "[[-0.5, true]]")] {
      let read = try await reading.read([(name, row(first, second, "1.0"))])
      #expect(read.lines == ["csqa/c1 0 greedy correct B"])
      #expect(read.samples.first?.verdict.extracted == "B")
      #expect(read.problems.first?.question == "Where?\n(A) here\n(B) there")
      #expect(read.problems.first?.material.choices.count == 2)
    }
    #expect(
      await reading.message([(name, row("[]", #"[["-1", "True"]]"#, "1"))])
        == "\(name):1: the field 'resps' holds no log-likelihood for option 1; write the samples again")
  }

  @Test func programsAndMathematicsBringTheirProblems() async throws {
    let documents = [
      #"{"task_id": 2, "text": "Add.", "code": "x\r\ny", "test_list": ["assert 1"], "test_setup_code": ""}"#,
      #"{"task_id": "HumanEval/7", "prompt": "def f():\n", "entry_point": "f", "canonical_solution": " 1", "test": "t"}"#,
      #"{"problem": "p", "solution": "\\boxed{1}", "level": "Level 4", "type": "Algebra", "answer": "1"}"#,
      #"{"problem": "p", "solution": "s", "level": 2, "unique_id": "test/algebra/1.json"}"#,
    ]
    let text = documents.enumerated().map { row($0.offset, document: $0.element) }.joined(separator: "\n")
    let read = try await reading.read([("M1.jsonl", text)])
    #expect(read.problems.map(\.id.rawValue) == ["mbpp/2", "humaneval/7", "math/2", "math/test/algebra/1"])
    #expect(read.problems.map(\.task) == ["mbpp", "humaneval", "math", "math"])
    #expect(read.problems.map(\.group) == [nil, nil, "Level 4", "Level 2"])
    #expect(read.problems[0].question == "Add. Your code should pass these tests:\n\nassert 1")
    #expect(read.problems[1].material.tests == ["check(f)"])
    let known = [Reading.problem("mbpp/2"), Reading.problem("humaneval/7"), Reading.problem("z", question: "p")]
    let matched = try await reading.read([("M1.jsonl", text)], problems: known)
    #expect(matched.source.greedy == 4 && matched.source.problemsWithoutGreedy == 0 && matched.source.unknownRows == 0)
  }

  @Test func unknownDocumentsAreCounted() async throws {
    let read = try await reading.read(
      [("M1.jsonl", row(0) + "\n" + row(1, question: "Another?"))],
      problems: [Reading.problem("a", question: "Two and two?"), Reading.problem("b")])
    #expect(read.lines == ["a 0 greedy correct It is 4.\n#### 4"])
    #expect(read.source.unknownRows == 1 && read.source.unknownProblems == 1 && read.source.problemsWithoutGreedy == 1)
    #expect(
      await reading.message([("M1.jsonl", row(1, question: "Another?"))], problems: [Reading.problem("b")])
        == "M1.jsonl: answers no problem of \(reading.folder.path)/problems.jsonl: 'gsm8k/1' is not there, but 'b'; give "
        .replacing(reading.folder.path + "/", with: "") + "the file of the problems that it answers")
    #expect(
      await reading.message(
        [("M1.jsonl", row(0) + "\n" + row(1, question: "Another?"))],
        problems: [Reading.problem("a", question: "Two and two?")], ImportOptions(unmatched: .error))
        == "M1.jsonl:2: the problem 'gsm8k/1' is not in problems.jsonl; add it there, remove the sample, or count such "
        + "samples with --unmatched count")
  }

  @Test func theUserNamesTheProblemsField() async throws {
    let text = row(5, document: #"{"key": {"id": 17}}"#)
    let read = try await reading.read(
      [("M1.jsonl", text)], problems: [Reading.problem("set/17")],
      ImportOptions(fields: try FieldMap("problem_id=doc.key.id")))
    #expect(read.lines == ["set/17 0 greedy correct It is 4.\n#### 4"])
  }

  @Test func oneNameForTwoQuestionsIsRefused() async throws {
    let other = row(0, question: "Something else?")
    #expect(
      await reading.message([("M1.jsonl", row(0)), ("M2.jsonl", other)])
        == "M2.jsonl:1: the problem 'gsm8k/0' is another question than at M1.jsonl:1; keep the names that "
        + "lm-evaluation-harness gives its files, or name ids of their own with --fields problem_id=…"
        .replacing("", with: ""))
  }

  @Test func aMetricIsChosen() async throws {
    let text = row(0).replacing(#"["exact_match"]"#, with: #"["exact_match", "math_verify"]"#)
      .replacing(#""exact_match": 1.0"#, with: #""exact_match": 1.0, "math_verify": 0"#)
    #expect(try await reading.read([(name, text)]).samples.first?.isCorrect == true)
    #expect(
      try await reading.read([(name, text)], ImportOptions(scorer: "math_verify")).samples.first?.isCorrect == false)
    #expect(
      await reading.message([(name, text)], ImportOptions(scorer: "bleu"))
        == "\(name):1: has no metric 'bleu'; choose one of its own with --scorer: exact_match, math_verify")
    let rejudged = try await reading.read(
      [(name, text)], problems: [Reading.problem("gsm8k/0")], ImportOptions(rejudge: true))
    #expect(rejudged.samples.first?.isCorrect == false && rejudged.source.judgedByFile == 0)
  }
}
