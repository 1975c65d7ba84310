import Engines
import Foundation
import Testing

/// A whole run on the embedded model, small enough for a test.
@Suite struct RunTests {
  private let folder: TemporaryFolder
  private let configuration: String

  init() throws {
    folder = try TemporaryFolder()
    try folder.writeProblems(train: 20, test: 20, outOfDistribution: 10, seed: 5)
    configuration = try folder.file(
      "run.yaml",
      """
      task: arithmetic
      model: \(EmbeddedModel.folder.path)
      data: {train: train.jsonl, test: test.jsonl, ood: ood.jsonl}
      method: sft-dpo
      iterations: 3
      sampling: {n: 4, max_tokens: 120, batch_size: 5}
      evaluation: {samples: 4, questions: 10, first_iteration_samples: 8}
      training:
        first: {epochs: 1, learning_rate: 1.0e-3, batch_tokens: 700}
        sft: {epochs: 1, learning_rate: 3.0e-4, batch_tokens: 700}
        dpo: {epochs: 1, learning_rate: 3.0e-5, batch_pairs: 8}

      """)
  }

  private func run(_ name: String, _ more: String..., configuration: String? = nil) throws -> CommandLineResult {
    try CommandLineTool.run(["run", configuration ?? self.configuration, "--out", folder.path(name)] + more)
  }

  private func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.url.appending(path: name)) }

  @Test func theSameSeedGivesTheSameBytesForAnyThreadsAndBatchSize() throws {
    let first = try run("one", "--threads", "1")
    #expect(first.status == 0, "\(first.errors)")
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    let other = try folder.file("other.yaml", text.replacing("batch_size: 5", with: "batch_size: 64"))
    let second = try run("two", "--threads", "2", configuration: other)
    #expect(second.status == 0, "\(second.errors)")
    for file in ["audit.json"] + (1...3).map({ "checkpoints/M\($0)/model.safetensors" }) {
      #expect(try bytes("one/\(file)") == bytes("two/\(file)"), "\(file)")
    }
    let exports = try ["one", "two"].map {
      try CommandLineTool.run(["export", folder.path($0), "--completions"]).output
    }
    #expect(exports[0] == exports[1] && exports[0].split(separator: "\n").count > 200)
    let seeded = try run("three", "--seed", "2")
    #expect(seeded.status == 0)
    #expect(try bytes("three/audit.json") != bytes("one/audit.json"))

    // Two finished runs side by side; their training rows were audited.
    let comparison = try CommandLineTool.run(["compare", folder.path("one"), folder.path("three")])
    #expect(comparison.status == 0 && comparison.output.contains("difference from one"), "\(comparison.errors)")
    let written = try String(decoding: bytes("one/audit.json"), as: UTF8.self)
    #expect(written.contains("\"training_difficulty\"") && written.contains("\"contamination\""))

    // What a finished run offers afterwards.
    #expect(first.output.contains("Report: "))
    #expect(try String(decoding: bytes("one/report.html"), as: UTF8.self).contains("Iterative SFT-DPO"))
    let audit = try CommandLineTool.run(["audit", folder.path("one"), "--json", "-"])
    #expect(try Data(audit.output.utf8) == bytes("one/audit.json"))
    let resumed = try CommandLineTool.run(["resume", folder.path("one")])
    #expect(resumed.status == 0 && resumed.output == first.output)
    let again = try run("one")
    #expect(again.status == 2 && again.errors.contains("reversal resume"))
  }

  @Test func aBrokenModelLeavesNoRunBehind() throws {
    let model = folder.url.appending(path: "M0")
    try FileManager.default.copyItem(at: EmbeddedModel.folder, to: model)
    let weights = model.appending(path: "model.safetensors")
    try Data(contentsOf: weights).prefix(100_000).write(to: weights)
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    let wrong = try folder.file("run.yaml", text.replacing(try EmbeddedModel.folder.path, with: model.path))
    let result = try run("none", configuration: wrong)
    #expect(result.status == 2)
    #expect(result.errors.contains("model.safetensors"), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("none")))
  }

  @Test(arguments: [
    ("method: sft-dpo", "metod: sft", "run.yaml:4: unknown key 'metod'"),
    ("iterations: 3", "iterations: many", "run.yaml:5:"),
    ("train: train.jsonl", "train: missing.jsonl", "missing.jsonl"),
    ("task: arithmetic", "task: arithmetics", "arithmetic"),
    ("model: ", "model: /nonexistent", "/nonexistent"),
  ])
  func aWrongConfigurationIsOneLine(part: String, replacement: String, message: String) throws {
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    let wrong = try folder.file("run.yaml", text.replacing(part, with: replacement))
    let result = try run("none", configuration: wrong)
    #expect(result.status == 2)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("none")))
  }
}
