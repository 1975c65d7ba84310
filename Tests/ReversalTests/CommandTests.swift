import Foundation
import Testing

/// The program as a user meets it: streams, exit status, one line for what is wrong.
@Suite struct CommandTests {
  private static let problems = """
    {"id":"a","task":"gsm8k","question":"1+1?","reference":"2","group":"Level 1"}
    {"id":"b","task":"gsm8k","question":"2+3?","reference":"#### 5","group":5}

    """
  private static let samples = """
    {"problem_id":"a","sample_index":0,"decoding":"greedy","completion":"#### 2"}
    {"problem_id":"b","sample_index":0,"decoding":"greedy","completion":"#### 4"}

    """

  private func expectRefusal(_ arguments: [String], input: String = "", _ message: String) throws {
    let result = try CommandLineTool.run(arguments, input: input)
    #expect(result.status == 2, "\(result.errors)")
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(result.errors.hasPrefix("reversal: "))
  }

  @Test func auditOfFiles() throws {
    let folder = try TemporaryFolder()
    let problems = try folder.file("p.jsonl", Self.problems)
    let first = try folder.file("1.jsonl", Self.samples)
    let second = try folder.file("2.jsonl", Self.samples.replacing("#### 4", with: "#### 5"))
    let result = try CommandLineTool.run([
      "audit", "--problems", problems, "--samples", "1=\(first)", "--samples", "2=\(second)", "--json", "-", "--html",
      folder.path("r.html"),
    ])
    #expect(result.status == 0, "\(result.errors)")
    let audit = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect((audit["iterations"] as? [Int]) == [1, 2])
    #expect(audit["ood"] is NSNull)
    let sets = try #require(audit["improvement_set"] as? [[String: Any]])
    #expect(sets[0]["problem_ids"] as? [String] == ["b"])
    #expect(try String(contentsOfFile: folder.path("r.html"), encoding: .utf8).hasPrefix("<!DOCTYPE html>"))
  }

  /// A pipeline's gate: everything is written, then the status tells.
  @Test(
    arguments: [
      (["--fail-on", "inconclusive"], 3), (["--fail-on", "regress,inconclusive"], 3),
      (["--fail-on", "regress", "--fail-on", "inconclusive"], 3), (["--fail-on", "regress, reversal"], 0), ([], 0),
    ] as [([String], Int32)])
  func auditFailsOnTheVerdictsNamed(options: [String], status: Int32) throws {
    let folder = try TemporaryFolder()
    let problems = try folder.file("p.jsonl", Self.problems)
    let samples = try folder.file("1.jsonl", Self.samples)
    let result = try CommandLineTool.run(
      [
        "audit", "--problems", problems, "--samples", "1=\(samples)", "--samples", "2=\(samples)", "--json",
        folder.path("audit.json"), "--html", folder.path("r.html"),
      ] + options)
    #expect(result.status == status, "\(result.errors)")
    #expect(result.errors == (status == 3 ? "reversal: the verdict is inconclusive, which --fail-on names\n" : ""))
    #expect(result.output.hasPrefix("Inconclusive: "))
    #expect(FileManager.default.fileExists(atPath: folder.path("audit.json")))
    #expect(FileManager.default.fileExists(atPath: folder.path("r.html")))
  }

  @Test(arguments: [
    (problems + "{\"id\":\"a\",\"task\":\"gsm8k\",\"question\":\"?\",\"reference\":\"1\"}\n", samples, "p.jsonl:3:"),
    (problems + "{\"id\":\n", samples, "p.jsonl:3: not a JSON object"),
    ("", samples, "p.jsonl: "),
    (
      problems, "{\"problem_id\":\"z\",\"sample_index\":0,\"decoding\":\"greedy\",\"completion\":\"1\"}\n", "1.jsonl:1:"
    ),
    (problems, samples + "{\"problem_id\":\"a\",\"sample_index\":0,\"decoding\":\"greedy\"}\n", "1.jsonl:3: the field"),
    (problems.replacing("gsm8k", with: "gsm9k"), samples, "gsm8k"),
  ])
  func badAuditInputIsOneLine(problems: String, samples: String, message: String) throws {
    let folder = try TemporaryFolder()
    let problems = try folder.file("p.jsonl", problems)
    let first = try folder.file("1.jsonl", samples)
    try expectRefusal(
      ["audit", "--problems", problems, "--samples", "1=\(first)", "--json", folder.path("audit.json")], message)
    #expect(!FileManager.default.fileExists(atPath: folder.path("audit.json")))
  }

  @Test func missingAuditFileIsOneLine() throws {
    try expectRefusal(
      ["audit", "--problems", "/nonexistent/p.jsonl", "--samples", "1=/nonexistent/1.jsonl"],
      "/nonexistent/p.jsonl: cannot be ")
  }

  @Test func aModelFolderThatIsNoneIsNamed() throws {
    let folder = try TemporaryFolder()
    try expectRefusal(
      ["sample", "--model", folder.url.path], input: "{\"id\":\"a\",\"prompt\":\"b\"}\n", "config.json")
    _ = try folder.file("config.json", "{\"architectures\":[\"GPT2LMHeadModel\"],\"model_type\":\"gpt2\"}")
    try expectRefusal(
      ["sample", "--model", folder.url.path], input: "{\"id\":\"a\",\"prompt\":\"b\"}\n", "GPT2LMHeadModel")
  }

  @Test func anExistingRunIsUntouched() throws {
    let folder = try TemporaryFolder()
    let note = try folder.file("notes.txt", "mine")
    try expectRefusal(["demo", "--out", folder.url.path], "exists and is not empty")
    #expect(try String(contentsOfFile: note, encoding: .utf8) == "mine")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["notes.txt"])
  }

  @Test(arguments: [
    ["sample"], ["demo", "--method", "ppo"], ["audit"],
    ["audit", "--problems", "p", "--samples", "1=s", "--fail-on", "revrsal"], ["train", "sft", "--epochs", "0"],
    ["nonsense"], ["verify"],
    ["verify", "--task", "gsm8k", "--json"], ["problems", "--split", "prompts"],
    ["problems", "--split", "test", "--shots", "2"],
  ])
  func wrongArgumentsEndWithTwo(arguments: [String]) throws {
    let result = try CommandLineTool.run(arguments)
    #expect(result.status == 2)
    #expect(result.output.isEmpty && !result.errors.isEmpty)
  }

  @Test func helpAndVersionAreNoFailure() throws {
    for arguments in [["--help"], ["--version"], ["audit", "--help"], ["data", "list"]] {
      #expect(try CommandLineTool.run(arguments).status == 0)
    }
  }

  @Test func problemsOfASeedArePrinted() throws {
    let first = try CommandLineTool.run(["problems", "--split", "test", "--count", "3", "--seed", "9"])
    #expect(first.output.split(separator: "\n").count == 3)
    #expect(
      first.output == (try CommandLineTool.run(["problems", "--split", "test", "--count", "3", "--seed", "9"]).output))
  }
}
