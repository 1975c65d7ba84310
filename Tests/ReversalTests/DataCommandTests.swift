import Foundation
import Testing

/// `reversal data` and the prompts of `reversal problems`.
@Suite struct DataCommandTests {
  private static let csqa = (0..<3).map {
    """
    {"answerKey":"B","id":"q\($0)","question":{"question_concept":"c","stem":"Where is thing \($0)?","choices":\
    [{"label":"A","text":"house"},{"label":"B","text":"shed"}]}}

    """
  }.joined()

  @Test func listsEveryBenchmark() throws {
    let folder = try TemporaryFolder()
    let text = try CommandLineTool.run(["data", "list", "--data", folder.url.path])
    for name in ["gsm8k", "math", "math-algebra", "math500", "csqa", "mbpp", "svamp", "mawps", "gsm-hard", "humaneval"]
    {
      #expect(text.output.contains("\n\(name), version "), "\(name)")
    }
    #expect(text.output.contains("get it: reversal data fetch gsm8k"))
    let json = try CommandLineTool.run(["data", "list", "--json", "--data", folder.url.path])
    let rows = try json.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(rows.count == 11)
    #expect(rows.allSatisfy { ($0["licence"] as? String)?.isEmpty == false })
  }

  @Test func anIncompleteFileIsRefusedWithItsCount() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("dev.jsonl", Self.csqa)
    let result = try CommandLineTool.run(["data", "add", "csqa", file, "--data", folder.path("data")])
    #expect(result.status == 2)
    #expect(
      result.errors
        == "reversal: \(file): holds 3 problems of 'csqa' and the official dev.jsonl 1221; get the whole file\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path("data/csqa/dev.jsonl")))
  }

  @Test(arguments: [
    (["data", "check", "csqa"], "holds no file of csqa; see `reversal data list` for how to get it"),
    (["data", "add", "gsm9k", "x"], "unknown task 'gsm9k'; did you mean 'gsm8k'?"),
    (["data", "add", "arithmetic", "x"], "the task 'arithmetic' has no official files"),
    (["data", "fetch", "svamp"], "the bytes of svamp/test.jsonl are not on record"),
    (["problems", "--task", "gsm8k", "--split", "test"], "is not there; get it with `reversal data fetch gsm8k`"),
  ])
  func whatIsMissingIsOneLine(arguments: [String], message: String) throws {
    let folder = try TemporaryFolder()
    let result = try CommandLineTool.run(arguments + ["--data", folder.url.path])
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("reversal: ") && result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test func realFilesAreAddedAndChecked() throws {
    let shared = ProcessInfo.processInfo.environment["REVERSAL_SHARED"] ?? "../shared"
    let source = "\(shared)/data/math500"
    guard FileManager.default.fileExists(atPath: "\(source)/test.jsonl") else { return }
    let folder = try TemporaryFolder()
    let data = ["--data", folder.path("data")]
    let added = try CommandLineTool.run(["data", "add", "math500", source] + data)
    #expect(added.output == "test.jsonl: 500 problems, the known bytes\n", "\(added.errors)")
    let checked = try CommandLineTool.run(["data", "check", "math500"] + data)
    #expect(checked.status == 0)
    #expect(checked.output.contains("500 problems, the known bytes, every reference verifies"), "\(checked.output)")
    let problems = try CommandLineTool.run(["problems", "--task", "math500", "--split", "test", "--count", "2"] + data)
    #expect(problems.output.split(separator: "\n").count == 2)
  }

  @Test func promptsOfAFile() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("dev.jsonl", Self.csqa)
    let arguments = ["problems", "--task", "csqa", "--split", "validation", "--file", file]
    let problem = try CommandLineTool.run(arguments + ["--count", "1"])
    #expect(
      problem.output == """
        {"choices":[{"label":"A","text":"house"},{"label":"B","text":"shed"}],"id":"csqa/q0","question":\
        "Where is thing 0?\\n(A) house\\n(B) shed","reference":"B","task":"csqa"}

        """)
    let prompts = try CommandLineTool.run(
      arguments + ["--prompts", "--shots", "1", "--train-file", file, "--seed", "3", "--count", "1"])
    #expect(prompts.status == 0, "\(prompts.errors)")
    #expect(
      prompts.output.contains("Answer: (B) shed\\n\\nQuestion: Where is thing 0?\\n(A) house\\n(B) shed\\nAnswer:\""))
    #expect(
      prompts.output
        == (try CommandLineTool.run(
          arguments + ["--prompts", "--shots", "1", "--train-file", file, "--seed", "3", "--count", "1"])).output)
    let custom = try CommandLineTool.run([
      "problems", "--task", "custom:text", "--split", "test", "--file",
      try folder.file("own.jsonl", "{\"q\":\"Who?\",\"a\":\"me\"}\n"), "--field", "question=q", "--field",
      "reference=a",
    ])
    #expect(
      custom.output
        == "{\"id\":\"custom/own/0\",\"question\":\"Who?\",\"reference\":\"me\",\"task\":\"custom:text\"}\n",
      "\(custom.errors)")
  }
}
