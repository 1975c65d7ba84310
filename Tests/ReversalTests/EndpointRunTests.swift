import Engines
import Foundation
import TestServer
import Testing

/// Runs whose models answer on a server: trained here, asked there.
@Suite struct EndpointRunTests {
  private static let secret = "sk-planted-9f8e7d6c5b4a"
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (split, count) in [("train", "24"), ("test", "16")] {
      let problems = try CommandLineTool.run(["problems", "--split", split, "--count", count, "--seed", "5"])
      _ = try folder.file("\(split).jsonl", problems.output)
    }
  }

  private func server() throws -> FakeInferenceServer {
    struct Row: Decodable {
      let question, reference: String
    }
    let rows = try ["train", "test"].flatMap { split in
      try String(contentsOfFile: folder.path("\(split).jsonl"), encoding: .utf8).split(separator: "\n")
        .map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
    }.map { ($0.question, $0.reference) }
    let fake = try FakeInferenceServer()
    fake.change {
      $0.key = Self.secret
      $0.models = ["run-M1", "run-M2"]
      $0.givesTokenIDs = false
      $0.answer = { FakeInferenceServer.answer($0, from: rows) }
    }
    return fake
  }

  private func configuration(_ name: String, _ fake: FakeInferenceServer, more: String = "") throws -> String {
    try folder.file(
      "\(name).yaml",
      """
      task: arithmetic
      model: \(EmbeddedModel.folder.path)
      data: {train: train.jsonl, test: test.jsonl}
      method: sft
      iterations: 2
      sampling: {n: 6, max_tokens: 120}
      evaluation: {samples: 4, questions: 8, first_iteration_samples: 6}
      training:
        first: {epochs: 1, learning_rate: 1.0e-3, batch_tokens: 700}
        sft: {epochs: 1, learning_rate: 3.0e-4, batch_tokens: 700}
      sampler:
        engine: endpoint
        url: \(fake.url)
        model: run-M{t}
        key_env: REVERSAL_TEST_KEY
        concurrency: {initial: 2, max: 4}
      \(more)
      """)
  }

  private func run(_ arguments: [String]) throws -> CommandLineResult {
    try CommandLineTool.run(arguments, environment: ["REVERSAL_TEST_KEY": Self.secret])
  }

  private func killed(_ arguments: [String], when moment: () -> Bool) throws -> Data {
    try CommandLineTool.killed(arguments, environment: ["REVERSAL_TEST_KEY": Self.secret], when: moment)
  }

  @Test func aKilledRunAsksOnlyForTheRestAndTheKeyIsNowhere() throws {
    let calm = try server()
    let whole = try run(["run", configuration("whole", calm), "--out", folder.path("whole")])
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(calm.answered.values.allSatisfy { $0 == 1 }, "nothing is asked twice")
    #expect(Set(calm.answered.keys.map(\.model)) == ["run-M1", "run-M2"])
    let exported = try CommandLineTool.content(ofRun: folder.path("whole"))
    #expect(exported.split(separator: "\n").count > 200)

    // The same run on a server that gives one answer a request and fails now and then, killed twice.
    let rough = try server()
    rough.change { behaviour in
      behaviour.givesSeveral = false
      behaviour.wait = .milliseconds(3)
      behaviour.fault = { $0 % 23 == 7 ? .hangUp : $0 % 31 == 5 ? .cutBody : nil }
    }
    let arguments = [
      try killed(["run", configuration("rough", rough), "--out", folder.path("rough")]) { rough.requests >= 60 },
      try killed(["resume", folder.path("rough")]) { rough.requests >= 150 },
    ]
    let rest = try run(["resume", folder.path("rough")])
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try CommandLineTool.content(ofRun: folder.path("rough")) == exported, "whatever order the answers came in")
    for file in ["checkpoints/M2/model.safetensors", "audit.json"] {
      let files = try ["whole", "rough"].map { try Data(contentsOf: folder.url.appending(path: "\($0)/\(file)")) }
      #expect(files[0] == files[1], "\(file)")
    }
    #expect(Set(rough.answered.keys) == Set(calm.answered.keys))
    let twice = rough.answered.values.filter { $0 > 1 }
    #expect(
      twice.count <= 2 * 4 && twice.allSatisfy { $0 == 2 }, "\(twice.count) asked again, four are under way at a time")

    // The planted key.
    #expect(arguments.allSatisfy { $0.range(of: Data(Self.secret.utf8)) == nil })
    let status = try CommandLineTool.run(["status", folder.path("rough"), "--json"])
    for text in [whole.output, whole.errors, rest.output, rest.errors, status.output, exported] {
      #expect(!text.contains("planted"))
    }
    #expect(status.output.contains("\"token_usage\":{\"completion_tokens\":"))
    var count = 0
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.url.path) {
      // Folders have no content of their own.
      guard let bytes = try? Data(contentsOf: folder.url.appending(path: name)) else { continue }
      #expect(bytes.range(of: Data("planted".utf8)) == nil, "\(name)")
      count += 1
    }
    #expect(count > 15)
  }

  @Test func aUsedUpBudgetStopsTheRunAndALargerOneEndsIt() throws {
    let fake = try server()
    let limited = try configuration("limited", fake, more: "  budget: {tokens: 6000}\n")
    let first = try run(["run", limited, "--out", folder.path("limited")])
    #expect(first.status == 1)
    let line = first.errors.split(separator: "\n").last ?? ""
    #expect(line.hasPrefix("reversal: \(fake.url): the budget does not cover another request"), "\(line)")
    #expect(line.hasSuffix("go on with a higher --budget-tokens or --budget-dollars"))
    let asked = fake.requests
    #expect(asked > 0)
    #expect(try run(["resume", folder.path("limited")]).status == 1)
    #expect(fake.requests == asked, "what is used up stays used up")
    let status = try CommandLineTool.run(["status", folder.path("limited")])
    #expect(status.output.contains("completion tokens") && status.output.contains("wait for their verdicts"))
    let unpriced = try run(["resume", folder.path("limited"), "--budget-dollars", "5"])
    #expect(unpriced.status == 2 && unpriced.errors.contains("names no price of a token"), "\(unpriced.errors)")
    let rest = try run(["resume", folder.path("limited"), "--budget-tokens", "1000000"])
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(fake.answered.values.allSatisfy { $0 == 1 })
  }

  @Test func aModelThatIsNotServedYetIsWaitedForByTheUser() throws {
    let fake = try server()
    fake.change { $0.models = ["run-M1"] }
    let first = try run(["run", configuration("later", fake), "--out", folder.path("later")])
    #expect(first.status == 1)
    let message =
      "reversal: \(fake.url): serves no model 'run-M2' but 'run-M1'; let it load \(folder.path("later"))/checkpoints/M2 "
      + "under that name, or correct the name\n"
    #expect(first.errors.hasSuffix(message), "\(first.errors)")
    fake.change { $0.models = ["run-M2"] }
    #expect(try run(["resume", folder.path("later")]).status == 0)
  }

  @Test func aServerThatRefusesTheKeyLeavesNoRunBehind() throws {
    let fake = try server()
    let configuration = try configuration("none", fake)
    let refused = try CommandLineTool.run(
      ["run", configuration, "--out", folder.path("none")], environment: ["REVERSAL_TEST_KEY": "sk-planted-other-key"])
    #expect(refused.status == 1 && refused.errors.contains("refuses the key (401"), "\(refused.errors)")
    #expect(!refused.errors.contains("planted") && refused.errors.split(separator: "\n").count == 1)
    #expect(!FileManager.default.fileExists(atPath: folder.path("none")))
  }

  @Test func theFilterAsksAServer() throws {
    let fake = try server()
    let key = try folder.file("key", Self.secret)
    let input = "{\"id\":\"a\",\"prompt\":\"one\"}\n{\"id\":\"b\",\"prompt\":\"two\"}\n"
    func sample(_ more: String...) throws -> CommandLineResult {
      try CommandLineTool.run(
        ["sample", "--endpoint", fake.url, "--model", "run-M1", "--key-file", key, "--n", "3"] + more, input: input)
    }
    let open = try sample()
    #expect(open.status == 2 && open.errors.hasSuffix("run: chmod 600 \(key)\n"), "\(open.errors)")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
    let first = try sample()
    #expect(first.status == 0, "\(first.errors)")
    let rows = try first.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(rows.map { "\($0["id"] ?? "") \($0["sample_index"] ?? "")" } == ["a 0", "a 1", "a 2", "b 0", "b 1", "b 2"])
    #expect(
      rows.allSatisfy {
        Set($0.keys) == ["completion", "finish_reason", "id", "log_probability", "sample_index", "token_count"]
      })
    #expect(try sample().output == first.output)
    // As any other filter it ends in silence when nobody reads on.
    let many = (0..<1_600).map { "{\"id\":\"\($0)\",\"prompt\":\"p\"}\n" }.joined()
    let cut = try CommandLineTool.shell(
      #"model="$1"; url="$2"; key="$3"; shift 3; "$@" --endpoint "$url" --model "$model" --key-file "$key" | head -n 1"#,
      ["run-M1", fake.url, key, CommandLineTool.program.path, "sample"], input: many)
    #expect(cut.output.split(separator: "\n").count == 1 && cut.errors == "", "\(cut.errors)")
    let wrong = try sample("--key-env", "HOME")
    #expect(wrong.status == 2 && wrong.errors.contains("give one of them"))
  }
}
