import Foundation
import Testing

/// `reversal verify` as a user meets it.
@Suite struct VerifyCommandTests {
  @Test func judgesInOrder() throws {
    let result = try CommandLineTool.run(
      ["verify", "--task", "gsm8k"],
      input: """
        {"id":1,"completion":"so 70+2 = <<70+2=72>>72\\n#### 72","reference":"#### 72","other":[1]}
        {"id":"x","completion":"The answer is $1,000.","reference":1000}

        {"id":"y","completion":"none","reference":"3"}

        """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output == """
        {"extracted":"72","id":1,"strict":"correct","task":"gsm8k","task_version":2,"verdict":"correct"}
        {"extracted":"1000","id":"x","strict":"unparsed","task":"gsm8k","task_version":2,"verdict":"correct"}
        {"extracted":null,"id":"y","reason":"the answer holds no number","strict":"unparsed","task":"gsm8k",\
        "task_version":2,"verdict":"unparsed"}

        """)
  }

  @Test(arguments: [
    ("math", #"{"id":1,"completion":"so $\\boxed{\\frac12}$","reference":"0.5"}"#, "correct"),
    ("math500", #"{"id":1,"completion":"so $\\boxed{3}$","reference":"$\\boxed{2}$"}"#, "incorrect"),
    ("csqa", #"{"id":1,"completion":"the shed","reference":"B","choices":["house","shed"]}"#, "correct"),
    ("csqa", #"{"id":1,"completion":"A or B","reference":"B"}"#, "unparsed"),
    ("csqa", #"{"id":1,"completion":"A","reference":"the moon","choices":["house","shed"]}"#, "error"),
    ("gsm-hard", #"{"id":1,"completion":"2/3","reference":0.6666666667}"#, "correct"),
    ("custom:text", #"{"id":1,"completion":" red  fox\n","reference":"red fox"}"#, "correct"),
    ("custom:choice", #"{"id":1,"completion":"B","reference":"shed","choices":["house","shed"]}"#, "correct"),
  ])
  func everyTaskJudges(task: String, row: String, verdict: String) throws {
    let result = try CommandLineTool.run(["verify", "--task", task], input: row + "\n")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("\"verdict\":\"\(verdict)\""), "\(result.output)")
    #expect(result.output.contains("\"task\":\"\(task)\",\"task_version\":"))
  }

  /// Without a sandbox, so that it runs anywhere; the program is ours.
  @Test func programsRunWhereTheUserAsksForIt() throws {
    let rows = """
      {"id":1,"completion":"```python\\ndef f(x):\\n  return 2*x\\n```","tests":["assert f(2)==4","assert f(0)==0"]}
      {"id":2,"completion":"def f(x):\\n  return 4","reference":"","tests":["assert f(2)==4","assert f(0)==0"],"setup":""}
      {"id":3,"completion":"I cannot.","tests":["assert f(2)==4"]}
      {"id":4,"completion":"def f(x): pass","reference":""}

      """
    let result = try CommandLineTool.run(["verify", "--task", "mbpp", "--unsafe-code-execution"], input: rows)
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 4)
    for (line, part) in zip(
      lines,
      [
        "\"verdict\":\"correct\"", "1 of 2 tests passed", "the answer holds no program", "the problem has no tests",
      ])
    {
      #expect(line.contains(part), "\(line)")
    }
  }

  @Test(arguments: [
    ("{\"id\":2}", "-:2: the field 'completion' is missing; add it"),
    ("{\"id\":2,\"completion\":\"1\"}", "-:2: the field 'reference' is missing; add it"),
    ("{\"id\":2,", "-:2: not a JSON object; each line must be one complete JSON object in UTF-8"),
    (
      "{\"id\":2,\"completion\":\"1\",\"reference\":\"1\",\"choices\":[\"a\",3]}",
      "-:2: the field 'choices.0' is not a Dictionary<String, Any>; change its value"
    ),
  ])
  func goodLinesBeforeABadOneAreAnswered(line: String, message: String) throws {
    let good = "{\"id\":1,\"completion\":\"2\",\"reference\":\"2\"}\n"
    let result = try CommandLineTool.run(["verify", "--task", "gsm8k"], input: good + line + "\n" + good)
    #expect(result.status == 2)
    #expect(result.output.split(separator: "\n").count == 1)
    #expect(result.errors == "reversal: \(message)\n")
  }

  /// Whatever the number of threads, the same bytes, and a bad line is named after all before it are answered.
  @Test func theOrderDoesNotDependOnThreads() throws {
    let folder = try TemporaryFolder()
    var rows = (0..<3_000).map { "{\"id\":\($0),\"completion\":\"#### \($0)\",\"reference\":\"\($0 / 2 * 2)\"}" }
    let good = try folder.file("good.jsonl", rows.joined(separator: "\n") + "\n")
    let outputs = try ["1", "2", "7"].map { threads in
      try CommandLineTool.run(["verify", "--task", "gsm8k", "--threads", threads, good]).output
    }
    #expect(outputs[0].split(separator: "\n").count == 3_000)
    #expect(outputs[0].split(separator: "\n")[2_998].contains("\"id\":2998,"))
    #expect(Set(outputs).count == 1)
    rows[2_500] = "{}"
    let bad = try folder.file("bad.jsonl", rows.joined(separator: "\n") + "\n")
    let result = try CommandLineTool.run(["verify", "--task", "gsm8k", bad])
    #expect(result.status == 2)
    #expect(result.errors == "reversal: \(bad):2501: the field 'id' is missing; add it\n")
    #expect(result.output == outputs[0].split(separator: "\n").prefix(2_500).map { "\($0)\n" }.joined())
  }

  @Test func explainsOneAnswer() throws {
    let rows = """
      {"id":"a","completion":"The answer is $1,000.","reference":"So #### 1000"}
      {"id":"b","completion":"5 or 6\\u001b[H","reference":"5"}

      """
    let first = try CommandLineTool.run(["verify", "--task", "gsm8k", "--explain", "a"], input: rows)
    #expect(
      first.output == """
        id          a
        task        gsm8k, version 2
        verdict     correct; by the strict rule unparsed
        found       in the stated answer
        as written  $1,000
        answer      1000
        reference   1000
        why         both are 1000

        """)
    let second = try CommandLineTool.run(["verify", "--task", "gsm8k", "--explain", "b"], input: rows)
    #expect(second.output.contains("why         no single number at the last number"))
    #expect(!second.output.contains("\u{1b}"))
    let json = try CommandLineTool.run(["verify", "--task", "gsm8k", "--explain", "a", "--json"], input: rows)
    let object = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["normal_form"] as? String == "1000" && object["reference_normal_form"] as? String == "1000")
    #expect(object["place"] as? String == "in the stated answer" && object["why"] as? String == "both are 1000")
    let unknown = try CommandLineTool.run(["verify", "--task", "gsm8k", "--explain", "c"], input: rows)
    #expect(unknown.status == 2)
    #expect(unknown.errors == "reversal: -: holds no answer with the id 'c'; check the id\n")
  }

  @Test func theBenchmarkJudgesEveryRow() throws {
    let folder = try TemporaryFolder()
    let data = try folder.file(
      "rows.jsonl",
      """
      {"id":1,"completion":"$\\\\boxed{\\\\frac12}$","reference":"0.5"}
      {"id":2,"completion":"it is 3","reference":"4"}

      """)
    let result = try CommandLineTool.run(["benchmark", "verify", "--task", "math", "--data", data, "--json"])
    let figure = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect(figure?["answers"] as? Int == 2 && figure?["correct"] as? Int == 1, "\(result.output)\(result.errors)")
  }
}
