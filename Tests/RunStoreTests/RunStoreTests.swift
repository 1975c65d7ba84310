import Core
import Foundation
import RunStore
import Testing

@Suite struct RunStoreTests {
  @Test func aNewRunHoldsWhatItWasMadeOf() throws {
    let temporary = try TemporaryRun()
    do { _ = try temporary.create() }
    let store = try RunStore.open(temporary.folder, for: .reading)
    #expect(store.manifest == TemporaryRun.manifest)
    #expect(try store.problems(.test) == Array(TemporaryRun.problems.prefix(2)), "in the order of the data, not of ids")
    #expect(try store.problems(.train).map(\.prompt) == ["Q train"])
    #expect(try store.problems(.outOfDistribution).isEmpty)
    #expect(try store.stages() == TemporaryRun.stages)
    let copy = temporary.folder.appendingPathComponent("config.yaml")
    #expect(try String(contentsOf: copy, encoding: .utf8) == "method: sft\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.parent.path) == ["run"])
  }

  @Test func anOccupiedFolderStaysAsItIs() throws {
    let temporary = try TemporaryRun()
    try FileManager.default.createDirectory(at: temporary.folder, withIntermediateDirectories: true)
    do { _ = try temporary.create() }  // An empty folder will do.
    let before = try Data(contentsOf: temporary.folder.appendingPathComponent("run.sqlite"))
    let error = #expect(throws: InputError.self) { try temporary.create() }
    #expect(error?.message.contains("nothing was changed; to go on with it use `reversal resume") == true)
    #expect(try Data(contentsOf: temporary.folder.appendingPathComponent("run.sqlite")) == before)
    let file = temporary.parent.appendingPathComponent("file")
    try Data().write(to: file)
    #expect(throws: InputError.self) { try RunStore.refuseOccupied(file) }
  }

  @Test func whatIsNoRunIsRefusedInOneLine() throws {
    let temporary = try TemporaryRun()
    func message(_ folder: URL) -> String {
      do {
        _ = try RunStore.open(folder, for: .reading)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(message(temporary.folder).contains("is no run: it holds no run.sqlite"))
    try FileManager.default.createDirectory(at: temporary.folder, withIntermediateDirectories: true)
    let file = temporary.folder.appendingPathComponent("run.sqlite")
    try Data().write(to: file)
    #expect(message(temporary.folder).contains("holds no run"))
    try Data(repeating: 0x41, count: 10_000).write(to: file)
    #expect(message(temporary.folder).contains("is not a run's database"))
    #expect(!message(temporary.folder).contains("\n"))
  }

  @Test func aNewerDatabaseIsRefused() throws {
    let temporary = try TemporaryRun()
    do { _ = try temporary.create() }
    // SQLite keeps user_version in the header, at byte 60, big-endian.
    let file = temporary.folder.appendingPathComponent("run.sqlite")
    var bytes = try Data(contentsOf: file)
    bytes[62] = 0x03
    try bytes.write(to: file)
    for access in [RunStore.Access.reading, .writing] {
      let error = #expect(throws: InputError.self) { try RunStore.open(temporary.folder, for: access) }
      #expect(error?.message.contains("was written by a newer reversal (format 772, this one knows 4)") == true)
    }
    #expect(try Data(contentsOf: file) == bytes)
  }

  @Test func aSecondWriterIsRefusedAndReadersAreNot() throws {
    let temporary = try TemporaryRun()
    do {
      let store = try temporary.create()
      let error = #expect(throws: InputError.self) { try RunStore.open(temporary.folder, for: .writing) }
      let pid = ProcessInfo.processInfo.processIdentifier
      #expect(error?.message == "process \(pid) is working on this run; wait for it or end it first")
      #expect(RunStore.activeProcess(in: temporary.folder) == pid)
      try store.append(
        [TemporaryRun.answer("a")], split: .test, to: StageKey(1, .evaluateTest), done: 1, total: 2)
      let reader = try RunStore.open(temporary.folder, for: .reading)
      #expect(try reader.stage(StageKey(1, .evaluateTest)).done == 1)
    }
    #expect(RunStore.activeProcess(in: temporary.folder) == nil)
    _ = try RunStore.open(temporary.folder, for: .writing)
  }

  @Test func aFullDiskIsOneLineAndLosesNothing() throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    let key = StageKey(1, .evaluateTest)
    try store.append([TemporaryRun.answer("a")], split: .test, to: key, done: 1, total: 2)
    try store.limitSize(pages: 1)
    let long = TemporaryRun.answer("b", text: String(repeating: "long ", count: 100_000))
    let error = #expect(throws: RunError.self) {
      try store.append([long], split: .test, to: key, done: 2, total: 2)
    }
    #expect(error?.code == .storage)
    #expect(
      error?.description.hasSuffix(
        "run.sqlite: the disk is full; free some space, then `reversal resume` goes on from here") == true)
    #expect(try store.stage(key).done == 1)
    #expect(try store.judgedCompletions(.test, iteration: 1, decoding: .greedy).count == 1)
  }

  @Test func aFolderOfRunsListsThemByName() throws {
    let temporary = try TemporaryRun()
    for name in ["sft", "dpo"] {
      _ = try RunStore.create(
        at: temporary.parent.appendingPathComponent(name), manifest: TemporaryRun.manifest, problems: [], stages: [])
    }
    #expect(try RunStore.runs(in: temporary.parent).map(\.lastPathComponent) == ["dpo", "sft"])
    let one = temporary.parent.appendingPathComponent("dpo")
    #expect(try RunStore.runs(in: one).map(\.lastPathComponent) == ["dpo"])
    let error = #expect(throws: InputError.self) { try RunStore.runs(in: temporary.folder) }
    #expect(error?.message.contains("is no run and holds none") == true)
  }
}
