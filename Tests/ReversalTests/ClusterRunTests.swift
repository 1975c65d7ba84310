import Engines
import Foundation
import TestServer
import Testing

/// Runs whose models are trained and answer on a Ray cluster, here one without a model behind it.
@Suite struct ClusterRunTests {
  private static let token = "ray-planted-0123456789abcdef"
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (split, count) in [("train", "12"), ("test", "8")] {
      let problems = try CommandLineTool.run(["problems", "--split", split, "--count", count, "--seed", "5"])
      _ = try folder.file("\(split).jsonl", problems.output)
    }
    let token = try folder.file("token", Self.token + "\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: token)
  }

  private func head(isLosing: @escaping @Sendable (Int) -> Bool = { _ in false }) throws -> FakeRayHead {
    struct Row: Decodable {
      let question, reference: String
    }
    let rows = try ["train", "test"].flatMap { split in
      try String(contentsOfFile: folder.path("\(split).jsonl"), encoding: .utf8).split(separator: "\n")
        .map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
    }.map { ($0.question, $0.reference) }
    var workers = FakeWorkers()
    workers.answer = { FakeInferenceServer.answer($0, from: rows) }
    return try FakeRayHead(token: Self.token, workers: workers, isLosing: isLosing)
  }

  private func configuration(_ name: String, _ head: FakeRayHead, token: String = "token_file: token") throws -> String
  {
    let cluster =
      "engine: ray, url: \(head.url), \(token), python: python3, folder: \(folder.path("work-\(name)")), attempts: 3"
    return try folder.file(
      "\(name).yaml",
      """
      task: arithmetic
      model: \(EmbeddedModel.folder.path)
      data: {train: train.jsonl, test: test.jsonl}
      method: sft-dpo
      iterations: 2
      sampling: {n: 6, max_tokens: 120}
      evaluation: {samples: 4, questions: 8, first_iteration_samples: 6}
      sampler: {\(cluster), shard_samples: 16}
      trainer: {\(cluster)}

      """)
  }

  @Test func aRunOutlivesTheHeadAndItselfAndTheTokenIsNowhere() throws {
    let calm = try head()
    let whole = try CommandLineTool.run(["run", try configuration("whole", calm), "--out", folder.path("whole")])
    #expect(whole.status == 0, "\(whole.errors)")
    let exported = try CommandLineTool.content(ofRun: folder.path("whole"))
    #expect(exported.split(separator: "\n").count > 100)

    // The head loses two jobs, and the program is killed between.
    let rough = try head { [1, 5].contains($0) }
    let arguments = try CommandLineTool.killed(
      ["run", try configuration("rough", rough), "--out", folder.path("rough")]
    ) { rough.submitted >= 4 }
    let rest = try CommandLineTool.run(["resume", folder.path("rough")])
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try CommandLineTool.content(ofRun: folder.path("rough")) == exported)
    for file in ["checkpoints/M2/model.safetensors", "audit.json"] {
      let files = try ["whole", "rough"].map { try Data(contentsOf: folder.url.appending(path: "\($0)/\(file)")) }
      #expect(files[0] == files[1], "\(file)")
    }
    #expect(rough.submitted > calm.submitted && rough.submitted <= calm.submitted + 3)
    let fsck = try CommandLineTool.run(["fsck", folder.path("rough")])
    #expect(fsck.status == 0, "\(fsck.output)")
    try FileManager.default.removeItem(atPath: folder.path("token"))

    // The planted token.
    #expect(arguments.range(of: Data(Self.token.utf8)) == nil)
    let status = try CommandLineTool.run(["status", folder.path("rough"), "--json"])
    let texts = [whole.output, whole.errors, rest.output, rest.errors, status.output, exported] + rough.entrypoints
    for text in texts { #expect(!text.contains("planted")) }
    var count = 0
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.url.path) {
      // Folders have no content of their own.
      guard let bytes = try? Data(contentsOf: folder.url.appending(path: name)) else { continue }
      #expect(bytes.range(of: Data("planted".utf8)) == nil, "\(name)")
      count += 1
    }
    #expect(count > 40)
  }

  @Test func aWrongTokenIsOneLine() throws {
    let head = try head()
    let configuration = try configuration("wrong", head, token: "token_env: WRONG_TOKEN")
    let wrong = ["WRONG_TOKEN": "ray-planted-another-token"]
    let refused = try CommandLineTool.run(
      ["run", configuration, "--out", folder.path("wrong")], environment: wrong)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("\(head.url): does not know the token; give the cluster's"), "\(refused.errors)")
    #expect(!refused.errors.contains("planted"))
    let none = try CommandLineTool.run(["resume", folder.path("wrong")])
    #expect(none.status == 2 && none.errors.contains("WRONG_TOKEN is not set"), "\(none.errors)")
  }
}
