import Core
import Importers
import Testing

@Suite struct FormatTests {
  private let reading: Reading

  init() throws { reading = try Reading() }

  // MARK: OpenAI's batches

  private func response(_ id: String, _ contents: [String], isPlain: Bool = false) -> String {
    let choices = contents.enumerated().map {
      #"{"index":\#($0.offset),"message":{"role":"assistant","content":\#($0.element)},"finish_reason":"length"}"#
    }.joined(separator: ",")
    let body = #"{"id":"c","choices":[\#(choices)],"usage":{"completion_tokens":9}}"#
    let response = isPlain ? body : #"{"status_code":200,"request_id":"r","body":\#(body)}"#
    return #"{"id":"b","custom_id":"\#(id)","response":\#(response),"error":null}"#
  }

  @Test func batchesAreMatchedByTheirCustomID() async throws {
    let rows = [
      response("q/1", [#""right""#]), response("q/2-0", [#""right""#]), response("q/2-1", [#""wrong""#], isPlain: true),
      response("2:7", [#""right""#]), response("q/10", [#""a""#, #""b""#, "null"]),
      #"{"id":"b","custom_id":"q/1","response":null,"error":{"code":"x","message":"y"}}"#,
      #"{"id":"b","custom_id":"q/1","response":{"status_code":429,"body":{}},"error":null}"#,
      #"{"id":"b","custom_id":"q/1","response":{"status_code":200,"body":{"choices":[]}},"error":null}"#,
      response("elsewhere", [#""right""#]),
    ].joined(separator: "\n")
    let problems = ["q/1", "q/2", "q/10"].map { Reading.problem($0) }
    let read = try await reading.read([("M1.jsonl", rows)], problems: problems)
    #expect(
      read.lines == [
        "q/1 0 sampled correct right", "q/2 0 sampled correct right", "q/2 1 sampled incorrect wrong",
        "q/2 7 sampled correct right", "q/10 0 sampled incorrect a", "q/10 1 sampled incorrect b",
      ])
    #expect(read.samples.map(\.completion.tokenCount) == [9, 9, 9, 9, nil, nil])
    #expect(read.samples.allSatisfy { $0.completion.finishReason == .length })
    #expect(read.source.failedRows == 4 && read.source.unknownRows == 1 && read.source.rows == 9)
    #expect(read.source.assumedDecodings == ["M1.jsonl: sampled"])
    #expect(read.source.smallestSampleCount == 1 && read.source.largestSampleCount == 3)
  }

  @Test func aPatternSaysHowTheCustomIDIsWritten() async throws {
    let rows = response("run-x-1-s3", [#""right""#]) + "\n" + response("run-x-1-s0", [#""wrong""#])
    let options = ImportOptions(
      fields: try FieldMap("custom_id=run-{problem_id}-s{sample_index}"), decoding: .sampled)
    let read = try await reading.read([("M1.jsonl", rows)], problems: [Reading.problem("x-1")], options)
    #expect(read.lines == ["x-1 3 sampled correct right", "x-1 0 sampled incorrect wrong"])
    #expect(
      await reading.message([("M1.jsonl", response("other", [#""a""#]))], problems: [Reading.problem("x-1")], options)
        == "M1.jsonl:1: the custom_id 'other' is not written as run-{problem_id}-s{sample_index}; change --fields custom_id"
    )
  }

  // MARK: EvalPlus and human-eval

  @Test func programsAreMatchedByTheirTask() async throws {
    let problems = [Reading.problem("mbpp/2"), Reading.problem("humaneval/0")]
    let plus = try await reading.read(
      [
        (
          "M1.jsonl",
          #"{"task_id":"Mbpp/2","solution":"right","_identifier":"i"}"# + "\n"
            + #"{"task_id":"HumanEval/0","solution":"wrong","raw_solution":"r"}"#
        )
      ], problems: problems)
    #expect(plus.lines == ["mbpp/2 0 greedy correct right", "humaneval/0 0 greedy incorrect wrong"])
    #expect(plus.source.formats == ["evalplus"] && plus.source.assumedDecodings == ["M1.jsonl: greedy"])
    let human = try await reading.read(
      [
        (
          "M1.jsonl",
          #"{"task_id":"HumanEval/0","completion":"a","result":"passed","passed":true}"# + "\n"
            + #"{"task_id":"HumanEval/0","completion":"b","result":"timed out","passed":false}"# + "\n"
            + #"{"task_id":"HumanEval/0","completion":"c","result":"failed: x","passed":false}"#
        )
      ], problems: problems)
    #expect(
      human.lines == [
        "humaneval/0 0 sampled correct a", "humaneval/0 1 sampled timeout b", "humaneval/0 2 sampled incorrect c",
      ])
    #expect(human.source.formats == ["human-eval"] && human.source.judgedByFile == 3)
  }

  @Test func evalPlusResultsHoldTheirJudgement() async throws {
    let results =
      #"{"date":"d","hash":"h","eval":{"Mbpp/2":[{"task_id":"Mbpp/2","solution":"s","base_status":"pass","#
      + #""plus_status":"fail","base_fail_tests":[],"plus_fail_tests":[]},{"task_id":"Mbpp/2","solution":"t","#
      + #""base_status":"timeout","plus_status":"pass","base_fail_tests":[],"plus_fail_tests":[]}]}}"#
    let problems = [Reading.problem("mbpp/2")]
    let base = try await reading.read([("M1_eval_results.json", results)], problems: problems)
    #expect(base.lines == ["mbpp/2 0 sampled correct s", "mbpp/2 1 sampled timeout t"])
    #expect(base.source.judgements == ["base"])
    let plus = try await reading.read(
      [("M1_eval_results.json", results)], problems: problems, ImportOptions(scorer: "plus"))
    #expect(plus.lines == ["mbpp/2 0 sampled incorrect s", "mbpp/2 1 sampled timeout t"])
    #expect(
      await reading.message([("r.json", results)], problems: problems, ImportOptions(scorer: "x"))
        == "r.json: has no scorer 'x'; EvalPlus has base and plus")
  }

  // MARK: Named fields

  @Test func fieldsAreReadWhereTheyAreNamed() async throws {
    let rows = [
      #"{"idx":1,"response":{"text":["right","wrong"]},"ok":[1,0],"q":"Q1","gold":7,"level":3}"#,
      #"{"idx":2,"response":{"text":["right"]},"ok":[false],"q":"Q2","gold":"8"}"#,
      #"{"idx":2,"response":{"text":null},"ok":null,"q":"Q2","gold":"8"}"#,
    ].joined(separator: "\n")
    let options = ImportOptions(
      fields: try FieldMap("completion=response.text,problem_id=idx,correct=ok,question=q,reference=gold,group=level"),
      task: "echo")
    let read = try await reading.read([("M1.jsonl", rows)], options)
    #expect(
      read.problems == [
        Problem(id: "1", task: "echo", question: "Q1", reference: "7", group: "Level 3"),
        Problem(id: "2", task: "echo", question: "Q2", reference: "8"),
      ])
    #expect(
      read.lines == ["1 0 sampled correct right", "1 1 sampled incorrect wrong", "2 0 sampled incorrect right"])
    #expect(read.source.failedRows == 1)
  }

  @Test func pathsLeadThroughLists() async throws {
    let rows = #"{"id":"a","outputs":[{"text":"x","n":1},{"text":"y"}],"dotted.name":"z"}"#
    let problems = [Reading.problem("a")]
    func texts(_ path: String) async throws -> [String] {
      try await reading.read(
        [("M1.jsonl", rows)], problems: problems,
        ImportOptions(fields: try FieldMap("completion=\(path),problem_id=id"))
      ).samples.map(\.completion.text)
    }
    #expect(try await texts("outputs.text") == ["x", "y"])
    #expect(try await texts("outputs.1.text") == ["y"])
    #expect(try await texts("dotted.name") == ["z"])
  }

  @Test(arguments: [
    ("completion", "--fields completion: write name=field pairs, as in completion=output,problem_id=idx"),
    ("completion=a,completion=b", "--fields names 'completion' twice; give each once"),
    (
      "text=a",
      "--fields knows no 'text'; the names are completion, problem_id, sample_index, decoding, correct, extracted, "
        + "question, reference, group, task, finish_reason, token_count, log_probability, custom_id"
    ),
  ])
  func badFieldsAreRefused(argument: String, message: String) {
    let error = #expect(throws: InputError.self) { try FieldMap(argument) }
    #expect(error?.message == message)
  }

  // MARK: Recognition

  private static let reversal = #"{"problem_id":"a","sample_index":0,"decoding":"greedy","completion":"right"}"#

  @Test(
    arguments: [
      (
        #"{"problem_id":"a","doc_id":1,"resps":[]}"#, ImportOptions(),
        "m.jsonl:1: could be reversal or lm-eval; say which, as in --format reversal"
      ),
      (
        #"{"prompt":"p","output":"o","uid":1}"#, ImportOptions(),
        "m.jsonl:1: not a known format of samples (its fields are output, prompt, uid); name its fields, as in --fields "
          + "completion=output,problem_id=uid, or write the fields problem_id, sample_index, decoding and completion"
      ),
      (
        reversal, ImportOptions(filter: "x"),
        "m.jsonl:1: is of format reversal, which has no filters; leave out --filter"
      ),
      (
        reversal, ImportOptions(scorer: "x"),
        "m.jsonl:1: is of format reversal, which has no scorers; leave out --scorer"
      ),
      (
        #"{"id":1}"#, ImportOptions(format: .fields),
        "m.jsonl:1: --format fields needs the names: add --fields completion=…,problem_id=…"
      ),
      (#"{"id":1}"#, ImportOptions(format: .lmEval), "m.jsonl:1: the field 'resps' is missing; add it"),
      ("[]", ImportOptions(), "m.jsonl: is an empty list; give one with rows"),
      ("", ImportOptions(), "m.jsonl: holds no rows; give one JSON object a line"),
      ("\n  \n", ImportOptions(), "m.jsonl: holds no rows; give one JSON object a line"),
      (
        "{\n \"a\": 1\n}", ImportOptions(),
        "m.jsonl: is one JSON object of no known format (its fields are a); give one object a line"
      ),
      ("{\n \"a\": 1,\n b\n}", ImportOptions(), "m.jsonl:3: not JSON from here on; write the file again"),
      (
        "PAR1\u{15}\u{4}", ImportOptions(),
        "m.jsonl: is a table, which is not read; convert it: python3 -c \"import pandas; "
          + "pandas.read_parquet('m.jsonl').to_json('m.jsonl', orient='records', lines=True)\""
      ),
      (
        "id,output\n1,2", ImportOptions(),
        "m.jsonl:1: not a JSON object; each line must be one complete JSON object in UTF-8"
      ),
    ] as [(String, ImportOptions, String)])
  func doubtfulFilesAreNamed(text: String, options: ImportOptions, message: String) async {
    #expect(await reading.message([("m.jsonl", text)], problems: [Reading.problem("a")], options) == message)
  }

  @Test(arguments: [("m.csv", "read_csv"), ("m.parquet", "read_parquet"), ("m.tsv", "read_table")])
  func tablesAreRefusedWithTheWayToConvertThem(name: String, reader: String) async {
    #expect(
      await reading.message([(name, "a")], problems: [Reading.problem("a")])
        == "\(name): is a table, which is not read; convert it: python3 -c \"import pandas; pandas.\(reader)('\(name)')"
        + ".to_json('m.jsonl', orient='records', lines=True)\"")
  }

  /// The line may be pasted into a shell.
  @Test func aNameThatAShellWouldReadIsNotShown() async {
    let message = await reading.message([("a'$(id)'.CSV", "a")], problems: [Reading.problem("a")])
    #expect(message.hasSuffix("pandas.read_csv('FILE.csv').to_json('FILE.jsonl', orient='records', lines=True)\""))
  }

  @Test func aListOfRowsIsRead() async throws {
    let read = try await reading.read([("m.json", "[\n\(Self.reversal)\n]")], problems: [Reading.problem("a")])
    #expect(read.lines == ["a 0 greedy correct right"])
    #expect(
      await reading.message([("m.json", "[\(Self.reversal),\(Self.reversal)]")], problems: [Reading.problem("a")])
        == "m.json: row 2: the greedy sample 0 of problem 'a' is that of another in this file too; give every sample of a "
        + "problem its own sample_index")
  }
}
