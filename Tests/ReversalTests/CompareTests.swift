import Foundation
import Testing

/// `reversal compare`, and the files that `reversal audit` reads beside the samples.
@Suite struct CompareTests {
  private let folder: TemporaryFolder
  private let problems: String

  init() throws {
    folder = try TemporaryFolder()
    problems = try folder.file(
      "problems.jsonl",
      (0..<40).map { #"{"id":"q\#($0)","task":"gsm8k","question":"How many is \#($0)?","reference":"1"}"# }
        .joined(separator: "\n"))
  }

  /// Greedy answers, right where `isCorrect` says so.
  private func samples(_ name: String, problem: String = "q", _ isCorrect: (Int) -> Bool) throws -> String {
    try folder.file(
      name,
      (0..<40).map {
        """
        {"problem_id":"\(problem)\($0)","sample_index":0,"decoding":"greedy","completion":"a","correct":\(isCorrect($0))}
        """
      }.joined(separator: "\n"))
  }

  @Test func outputsOfTwoRunsAreCompared() throws {
    let base = try samples("base.jsonl") { $0 % 2 == 0 }
    let all = try samples("all.jsonl") { _ in true }
    let arguments = [
      "compare", "--problems", problems, "--samples", "sft:1=\(base)", "--samples", "sft:2=\(base)", "--samples",
      "dpo:1=\(base)", "--samples", "dpo:2=\(all)", "--resamples", "100",
    ]
    let text = try CommandLineTool.run(arguments)
    #expect(text.status == 0, "\(text.errors)")
    #expect(text.output.contains("Compared on 40 questions") && text.output.contains("sft, M_2"))
    #expect(text.output.contains("+50.0 [") && text.output.contains("higher"))
    let json = try CommandLineTool.run(arguments + ["--json", "-", "--threads", "1"])
    let object = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["questions"] as? Int == 40 && (object["tables"] as? [Any])?.count == 2)
    #expect(try CommandLineTool.run(arguments + ["--json", "-", "--threads", "3"]).output == json.output)
  }

  @Test func whatIsMissingIsSaid() throws {
    let base = try samples("base.jsonl") { $0 % 2 == 0 }
    let cases: [([String], String)] = [
      ([], "give the folders of two runs or more"),
      (["runs/one"], "give a second run to compare runs/one with"),
      (["--samples", "a:1=\(base)"], "its rows do not hold their problems; add --problems FILE"),
      (["--problems", problems, "--samples", "1=\(base)"], "write run:t=FILE"),
      (["--problems", problems, "--samples", "a:1=\(base)"], "give at least two runs to compare"),
      (["/nonexistent/a", "/nonexistent/b"], "/nonexistent/a"),
    ]
    for (arguments, message) in cases {
      let result = try CommandLineTool.run(["compare"] + arguments)
      #expect(result.status == 2 && result.errors.contains(message), "\(arguments): \(result.errors)")
    }
  }

  @Test func anAuditReadsASecondFirstModelAndTrainingRows() throws {
    let base = try samples("base.jsonl") { $0 % 2 == 0 }
    let later = try samples("later.jsonl") { $0 % 4 != 3 }
    let null = try samples("null.jsonl") { $0 % 3 == 0 }
    let rows = try folder.file(
      "rows.jsonl", #"{"problem_id":"t1","prompt":"p","completion":"c"}"# + "\n" + #"{"chosen":"a","rejected":"b"}"#)
    let trainingProblems = try folder.file(
      "training.jsonl",
      (0..<40).map { #"{"id":"t\#($0)","task":"gsm8k","question":"?","reference":"1","group":\#($0 % 2)}"# }
        .joined(separator: "\n"))
    let trainingSamples = try folder.file(
      "training-samples.jsonl",
      (0..<40).map {
        #"{"problem_id":"t\#($0)","sample_index":0,"decoding":"sampled","completion":"a","correct":true}"#
      }.joined(separator: "\n"))
    let arguments = [
      "audit", "--problems", problems, "--samples", "1=\(base)", "--samples", "2=\(later)", "--resamples", "50",
      "--json", "-",
    ]
    let more = [
      "--null", "1=\(null)", "--training", "2=\(rows)", "--training-problems", trainingProblems, "--training-samples",
      trainingSamples,
    ]
    let result = try CommandLineTool.run(arguments + more)
    #expect(result.status == 0, "\(result.errors)")
    let audit = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let controls = try #require(audit["controls"] as? [String: Any])
    #expect((controls["null"] as? [String: Any])?["size"] as? Int == 7)
    let measures = try #require(audit["measures"] as? [String: Any])
    #expect((measures["contamination"] as? [String: Any])?["rows"] as? Int == 2)
    let difficulty = try #require(measures["training_difficulty"] as? [String: Any])
    #expect((difficulty["by_accuracy"] as? [[String: Any]])?.map { $0["rows"] as? Int } == [0, 0, 0, 0, 1])
    #expect((difficulty["by_group"] as? [[String: Any]])?.map { $0["rows"] as? Int } == [0, 1])
    #expect((audit["coverage"] as? [String: Any])?["recommended_method"] as? String == "dpo")

    for (more, message) in [
      (["--training-samples", trainingSamples], "add --training-problems FILE"),
      (["--training-problems", trainingProblems], "add --training t=FILE"),
      (["--training", rows], "write t=FILE"),
      (["--training", "2=\(problems)"], ":1:"),
    ] {
      let result = try CommandLineTool.run(arguments + more)
      #expect(result.status == 2 && result.errors.contains(message), "\(more): \(result.errors)")
    }
  }
}
