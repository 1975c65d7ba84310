import Core
import Foundation
import RunStore
import Testing

/// Looking at a run leaves no trace of it.
@Suite struct RunReaderTests {
  private static func listing(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  private static func add(_ index: Int, to store: RunStore) throws {
    try store.append(
      [TemporaryRun.answer("a", index, .sampled, text: "text \(index)")], split: .test, to: StageKey(1, .sampleTest),
      done: 1,
      total: 2)
  }

  /// The lock is free when the store is gone.
  private static func createAndClose(_ run: TemporaryRun) throws {
    let store = try run.create()
    try add(0, to: store)
    try store.close()
  }

  @Test func aRunAtRestIsReadWithoutFilesOfSQLites() throws {
    let run = try TemporaryRun()
    try Self.createAndClose(run)
    let before = try Self.listing(run.folder)
    let reader = try RunReader(run.folder)
    #expect(
      try reader.answers(after: 0, limit: 10, bytes: 1_000_000, textLimit: 100).map(\.judged.completion.text) == [
        "text 0"
      ])
    #expect(try reader.problems(after: -1, limit: 10).map(\.content.problem.id) == ["b", "a", "a"])
    #expect(try reader.progress().lastAnswer == 1)
    #expect(try Self.listing(run.folder) == before)
    #expect(!before.contains { $0.hasPrefix("run.sqlite-") })
    #expect(reader.writer == nil)
  }

  @Test func aRunIsReadWhileItIsWritten() throws {
    let run = try TemporaryRun()
    let store = try run.create()
    let reader = try RunReader(run.folder)
    #expect(reader.writer == ProcessInfo.processInfo.processIdentifier)
    for index in 0..<20 {
      let before = reader.fingerprint
      try Self.add(index, to: store)
      #expect(reader.fingerprint != before)
      #expect(try reader.answers(after: Int64(index), limit: 10, bytes: 1_000_000, textLimit: 100).count == 1)
    }
    try store.close()
    #expect(try reader.progress().lastAnswer == 20)
    #expect(try !Self.listing(run.folder).contains { $0.hasPrefix("run.sqlite-") })
  }

  /// As after a power cut, or in a copy that was made of a living run.
  @Test func aLogWithoutItsIndexIsReadFromACopy() throws {
    let run = try TemporaryRun()
    let store = try run.create()
    try Self.add(0, to: store)
    let copy = run.parent.appending(path: "copy")
    try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
    for name in ["run.sqlite", "run.sqlite-wal"] {
      try FileManager.default.copyItem(at: run.folder.appending(path: name), to: copy.appending(path: name))
    }
    let reader = try RunReader(copy)
    #expect(try reader.progress().lastAnswer == 1)
    #expect(try Self.listing(copy) == ["run.sqlite", "run.sqlite-wal"])
  }

  /// As a process leaves them that was killed: log and index, and nobody who holds them.
  @Test func whatAKilledProcessLeftIsReadAsItStands() throws {
    let run = try TemporaryRun()
    let store = try run.create()
    try Self.add(0, to: store)
    let copy = run.parent.appending(path: "copy")
    try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
    for name in ["run.sqlite", "run.sqlite-shm", "run.sqlite-wal"] {
      try FileManager.default.copyItem(at: run.folder.appending(path: name), to: copy.appending(path: name))
    }
    let log = try Data(contentsOf: copy.appending(path: "run.sqlite-wal"))
    let reader = try RunReader(copy)
    #expect(try reader.progress().lastAnswer == 1)
    #expect(reader.writer == nil)
    #expect(try Self.listing(copy) == ["run.sqlite", "run.sqlite-shm", "run.sqlite-wal"])
    #expect(try Data(contentsOf: copy.appending(path: "run.sqlite-wal")) == log)
  }

  @Test func textsAreCutBetweenCharacters() throws {
    let run = try TemporaryRun()
    let store = try run.create()
    try store.append(
      [TemporaryRun.answer("a", 0, .sampled, text: "aé€😀z\0b")], split: .test, to: StageKey(1, .sampleTest), done: 1,
      total: 2)
    let reader = try RunReader(run.folder)
    let texts = try (1...13).map { limit in
      try reader.answers(after: 0, limit: 1, bytes: 1, textLimit: limit)[0].judged.completion.text
    }
    #expect(
      texts == ["a", "a", "aé", "aé", "aé", "aé€", "aé€", "aé€", "aé€", "aé€😀", "aé€😀z", "aé€😀z\0", "aé€😀z\0b"])
    let whole = try reader.answers(to: 1, limit: 10, textLimit: 100)[0]
    #expect(whole.byteCount == 13 && !whole.isCut)
    #expect(try reader.answers(to: 1, limit: 10, textLimit: 5)[0].isCut)
  }

  @Test func piecesAreBounded() throws {
    let run = try TemporaryRun()
    let store = try run.create()
    for index in 0..<10 { try Self.add(index, to: store) }
    let reader = try RunReader(run.folder)
    #expect(try reader.answers(after: 0, limit: 4, bytes: 1_000_000, textLimit: 100).map(\.position) == [1, 2, 3, 4])
    #expect(try reader.answers(after: 4, limit: 100, bytes: 1, textLimit: 100).map(\.position) == [5])
    #expect(
      try reader.answers(to: 1, iteration: 1, decoding: .sampled, after: 7, limit: 5).map(
        \.judged.completion.sampleIndex) == [8, 9])
  }

  @Test func whatIsNoRunIsRefused() throws {
    let run = try TemporaryRun()
    #expect(throws: InputError.self) { try RunReader(run.folder) }
    try FileManager.default.createDirectory(at: run.folder, withIntermediateDirectories: true)
    try Data(repeating: 3, count: 5_000).write(to: run.folder.appending(path: "run.sqlite"))
    #expect(throws: InputError.self) { try RunReader(run.folder) }
  }
}
