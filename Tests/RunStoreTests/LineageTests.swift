import Core
import Crypto
import Digests
import Foundation
import GRDB
import RunStore
import Testing

@Suite struct LineageTests {
  private static let rows = TrainingSet.preference([
    PreferenceRow(
      problemID: "a", prompt: "Q train", chosen: TrainingText(text: "é\u{0}/", tokenIDs: [1, 300]),
      rejected: TrainingText(text: "bad"))
  ])

  private static func environment(_ instructions: String = "AVX2", threads: Int = 2) -> RunEnvironment {
    RunEnvironment(
      version: "1", system: "Linux", processor: "a processor", instructions: instructions, threads: threads)
  }

  private func sha256(of export: RunExport, _ store: RunStore) throws -> String {
    var text = ""
    try export.lines(of: store) { text += $0 + "\n" }
    return SHA256.hexadecimal(of: text.utf8)
  }

  /// The definition in docs/guarantees.md, by the tool it names.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/sha256sum"), "sha256sum is missing"))
  func aFolderHasTheDigestThatSha256sumGives() throws {
    let temporary = try TemporaryRun()
    let folder = temporary.parent.appendingPathComponent("M1")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("original"), withIntermediateDirectories: true)
    let contents: [(String, Data)] = [
      ("b.json", Data("{}".utf8)), ("B.json", Data()), ("model-1.safetensors", Data(repeating: 7, count: 3_000_000)),
      ("ä.txt", Data("ä".utf8)), (".hidden", Data("x".utf8)),
    ]
    for (name, data) in contents { try data.write(to: folder.appendingPathComponent(name)) }
    try FileManager.default.createSymbolicLink(
      atPath: folder.appendingPathComponent("a.link").path, withDestinationPath: "b.json")
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "cd \"$0\" && LC_ALL=C sha256sum -- * 2>/dev/null | sha256sum", folder.path]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    let content = try FolderContent(of: folder)
    #expect(content.digest + "  -\n" == text)
    #expect(content.files.count == 5)
  }

  @Test func aDifferenceNamesTheFiles() {
    let recorded = FolderContent(files: ["config.json": "1", "model.safetensors": "2", "tokenizer.json": "3"])
    let found = FolderContent(files: ["config.json": "1", "model.safetensors": "4", "notes.txt": "5"])
    #expect(
      found.difference(from: recorded)
        == "model.safetensors is another, notes.txt is new, tokenizer.json is missing")
    #expect(recorded.difference(from: recorded) == nil)
  }

  @Test func aFileThatCannotBeReadIsNamed() throws {
    let temporary = try TemporaryRun()
    let error = #expect(throws: RunError.self) { try FolderContent(of: temporary.folder) }
    #expect(error?.code == .storage && error?.file == temporary.folder.path)
  }

  /// What a digest is of can be exported, so that anybody can compute it.
  @Test func everythingIsRecordedByItsDigest() throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    try store.recordTrainingSet(Self.rows, iteration: 1)
    try store.recordFound(FolderContent(files: ["weights": "0"]), iteration: 0)
    let settings = TrainingSettings(epochs: 3)
    try store.recordTraining(
      TrainingSummary(steps: 1, tokens: 1, initialLoss: nil, finalLoss: nil), iteration: 1,
      content: FolderContent(files: ["weights": "1"]),
      from: CheckpointOrigin(start: 0, reference: 0, training: settings))
    let answers = [TemporaryRun.answer("a"), TemporaryRun.answer("b", text: "x\u{0}y", outcome: .unparsed)]
    try store.append([answers[0]], split: .test, to: StageKey(1, .evaluateTest), done: 1, total: 2)
    #expect(try store.artifact(.testAnswers, 1) == nil, "the stage is not done")
    try store.append([answers[1]], split: .test, to: StageKey(1, .evaluateTest), done: 2, total: 2)

    let artifacts = try store.artifacts()
    #expect(
      artifacts.map { "\($0.iteration) \($0.kind)" } == [
        "0 settings", "0 problems", "0 checkpoint", "1 trainingSet", "1 checkpoint", "1 testAnswers",
      ])
    let digests = artifacts.map(\.digest)
    #expect(try digests[1] == sha256(of: .problems(split: nil), store))
    #expect(try digests[3] == sha256(of: .trainingSet(iteration: 1, tokenIDs: true), store))
    #expect(try digests[5] == sha256(of: .completions(iteration: 1, split: .test), store))
    #expect(artifacts[3].madeOf == ["problems": digests[1]])
    #expect(artifacts[4].madeOf == ["start": digests[2], "reference": digests[2], "training_set": digests[3]])
    #expect(artifacts[4].files == ["weights": "1"] && artifacts[4].training == settings)
    #expect(artifacts[5].madeOf == ["problems": digests[1], "checkpoint": digests[4]])
    let stored = try #require(try store.trainingSet(1))
    #expect(try store.trainingSetDigest(stored) == digests[3])

    var lines: [String] = []
    try RunExport.lineage.lines(of: store) { lines.append($0) }
    #expect(try lines.map { try JSONDecoder().decode(Artifact.self, from: Data($0.utf8)) } == artifacts)
  }

  @Test func eachEnvironmentKeepsTheStagesItDid() throws {
    let temporary = try TemporaryRun()
    do { _ = try temporary.create() }
    for (position, environment) in [Self.environment(), Self.environment(), Self.environment("AVX-512")].enumerated() {
      let store = try RunStore.open(temporary.folder, for: .writing) { _ in environment }
      switch position {
      case 0: try store.recordTrainingSet(Self.rows, iteration: 1)
      case 1:
        try store.append(
          [TemporaryRun.answer("a")], split: .test, to: StageKey(1, .evaluateTest), done: 1, total: 2)
      default:
        try store.append(
          [TemporaryRun.answer("b")], split: .test, to: StageKey(1, .evaluateTest), done: 2, total: 2)
      }
    }
    let store = try RunStore.open(temporary.folder, for: .reading)
    #expect(
      try store.environments() == [
        EnvironmentRecord(
          environment: Self.environment(), stages: [StageKey(1, .select), StageKey(1, .evaluateTest)]),
        EnvironmentRecord(environment: Self.environment("AVX-512"), stages: [StageKey(1, .evaluateTest)]),
      ])
    var lines: [String] = []
    try RunExport.lineage.lines(of: store) { lines.append($0) }
    #expect(
      lines.last == #"{"environment":{"instructions":"AVX-512","processor":"a processor","system":"Linux","#
        + #""threads":2,"version":"1"},"stages":["M_1 evaluate_test"]}"#)
  }

  @Test func theManifestKeepsWhereARunWasMade() throws {
    let temporary = try TemporaryRun()
    let manifest = RunManifest(
      toolVersion: "1", createdAt: Date(timeIntervalSince1970: 0), task: "fake", taskVersion: 1, method: "sft",
      iterations: 1, seed: 1, configuration: "{}", firstIterationSettings: [:], environment: Self.environment())
    do { _ = try RunStore.create(at: temporary.folder, manifest: manifest, problems: [], stages: []) }
    #expect(try RunStore.open(temporary.folder, for: .reading).manifest == manifest)
  }

  /// A run of the version before is read as it is, goes on, and is recorded from there.
  @Test func aRunWithoutALineageGoesOn() throws {
    let temporary = try TemporaryRun()
    do { _ = try temporary.create() }
    try temporary.makeOlder()
    let file = temporary.folder.appendingPathComponent("run.sqlite")
    let before = try Data(contentsOf: file)
    do {
      let reader = try RunStore.open(temporary.folder, for: .reading)
      #expect(try reader.artifacts().isEmpty && reader.artifact(.problems, 0) == nil)
      #expect(try reader.environments().isEmpty)
    }
    #expect(try Data(contentsOf: file) == before)
    let store = try RunStore.open(temporary.folder, for: .writing) { _ in Self.environment() }
    try store.recordTrainingSet(Self.rows, iteration: 1)
    #expect(try store.artifacts().map(\.kind) == [.trainingSet])
    #expect(try store.artifacts().first?.madeOf == [:])
    #expect(try store.environments().count == 1)
  }

  /// Whatever the clock says, it says nothing else than when.
  @Test(arguments: [Date.distantPast, .distantFuture, Date(timeIntervalSince1970: -1e11)])
  func aClockThatJumpsOnlyDatesStages(moment: Date) throws {
    let temporary = try TemporaryRun()
    let store = try RunStore.create(
      at: temporary.folder, manifest: TemporaryRun.manifest, problems: TemporaryRun.problems,
      stages: TemporaryRun.stages, now: { moment })
    try store.recordTrainingSet(Self.rows, iteration: 1)
    #expect(try store.stage(StageKey(1, .select)).isFinished)
    #expect(try store.stages().filter(\.isFinished).count == 1)
    #expect(try RunStatus(of: store).json().contains("finished_at"))
  }

  /// A page that is damaged without SQLite's noticing must not end the program.
  @Test(arguments: [
    "UPDATE completion SET sample_index = NULL", "UPDATE completion SET verdict = x'ff'",
    "UPDATE completion SET decoding = 'beam'", "UPDATE problem SET id = NULL",
    "UPDATE completion SET token_count = 'x'",
  ])
  func aRowOfAnotherTypeIsOneLine(change: String) throws {
    let temporary = try TemporaryRun()
    do {
      let store = try temporary.create()
      try store.append(
        [TemporaryRun.answer("a")], split: .test, to: StageKey(1, .evaluateTest), done: 2, total: 2)
    }
    try temporary.loosen("completion", "problem")
    try temporary.execute(change)
    let store = try RunStore.open(temporary.folder, for: .reading)
    let error = #expect(throws: RunError.self) {
      _ = try store.judgedCompletions(.test, iteration: 1, decoding: .greedy)
      _ = try store.answerNames(.test, iteration: 1)
      _ = try store.caseStudy("a", samples: 1)
    }
    #expect(error?.code == .damaged)
  }

  @Test(arguments: ["done = -1", "done = 9", "finished_at = '2020-01-01T00:00:00Z', done = 1", "name = 'rest'"])
  func aMarkThatNoRunMakesIsOneLine(change: String) throws {
    let temporary = try TemporaryRun()
    do { _ = try temporary.create() }
    try temporary.execute("UPDATE stage SET \(change) WHERE name = 'evaluate_test'")
    let store = try RunStore.open(temporary.folder, for: .reading)
    #expect(throws: (any Error).self) { try store.stages() }
  }
}

extension TemporaryRun {
  /// Changes the database behind the store's back.
  func execute(_ sql: String) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let database = try DatabaseQueue(
      path: folder.appendingPathComponent("run.sqlite").path, configuration: configuration)
    try database.writeWithoutTransaction { try $0.execute(sql: sql) }
    try database.close()
  }

  /// As the version before migrations 3 and 4 would have made it.
  func makeOlder() throws {
    try execute(
      """
      DROP TABLE artifact; DROP TABLE stage_environment; DROP TABLE environment; DROP TABLE waiting;
      DROP TABLE token_usage; DELETE FROM grdb_migrations WHERE identifier LIKE '3:%' OR identifier LIKE '4:%';
      PRAGMA user_version = 2;
      """)
  }

  /// Takes types and constraints from tables, so that they can hold what a damaged page may.
  func loosen(_ tables: String...) throws {
    for table in tables {
      try execute(
        "ALTER TABLE \(table) RENAME TO strict_\(table); CREATE TABLE \(table) AS SELECT * FROM strict_\(table)")
    }
  }
}
