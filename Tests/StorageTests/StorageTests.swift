import Foundation
import Storage
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder of its own for every test.
@Suite final class StorageTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "reversal-storage-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    // Litter in the temporary folder at worst.
    try? FileManager.default.removeItem(at: folder)
  }

  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  private func store(_ text: String, _ name: String, in folder: URL? = nil) throws {
    try DurableFile.store(Data(text.utf8), at: (folder ?? self.folder).appending(path: name))
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  @Test func whatFailsWhileTheFolderIsFilledIsRemoved() throws {
    struct Stop: Error {}
    let target = folder.appending(path: "m")
    #expect(throws: Stop.self) {
      try NewFolder.create(at: target) { partial in
        try store("half", "config.json", in: partial)
        #expect(try names.count == 1)
        throw Stop()
      }
    }
    #expect(try names == [])
    #expect(throws: StorageError(.system, file: target.path + "/config.json", "disk full")) {
      try NewFolder.create(at: target) { partial in
        throw StorageError(.system, file: partial.appending(path: "config.json").path, "disk full")
      }
    }
    // Somebody else's folder that appears meanwhile stays.
    let appeared = StorageError(
      .badInput, file: target.path, "has appeared meanwhile; choose another folder or remove it")
    #expect(throws: appeared) {
      try NewFolder.create(at: target) { _ in
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
      }
    }
    #expect(try names == ["m"])
    let exists = StorageError(.badInput, file: target.path, "exists already; choose another folder or remove it")
    #expect(throws: exists) { try NewFolder.create(at: target) { _ in } }
    try NewFolder.create(at: target, replacingEmpty: true) { try store("new", "a", in: $0) }
    #expect(throws: exists) { try NewFolder.create(at: target, replacingEmpty: true) { _ in } }
    #expect(try text("m/a") == "new")
  }

  @Test func aFolderIsReceivedWholeOrNotAtAll() async throws {
    struct Cut: Error {}
    let target = folder.appending(path: "m")
    await #expect(throws: Cut.self) {
      try await NewFolder.receive(at: target) { partial in
        try store("half", "config.json", in: partial)
        await Task.yield()
        throw Cut()
      }
    }
    #expect(try names == [])
    try store("left by a killed process", ".m.partial-1-0")
    try await NewFolder.receive(at: target) { partial in
      try NewFolder.createPath(to: partial.appending(path: "1_Pooling"))
      try store("deep", "1_Pooling/config.json", in: partial)
      await Task.yield()
    }
    #expect(try text("m/1_Pooling/config.json") == "deep" && names == ["m"])
    let exists = StorageError(.badInput, file: target.path, "exists already; choose another folder or remove it")
    await #expect(throws: exists) { try await NewFolder.receive(at: target) { _ in } }
  }

  /// The kernel ends a lock with its process, so that an unlocked draft is a dead one.
  @Test func leftoversOfEndedProcessesAreRemovedAndLivingDraftsAreNot() throws {
    for name in [".m.partial-1-0", ".m.partial-2-0", ".mm.partial-1-0"] {
      try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
      try store("half", "\(name)/weights")
    }
    let living = unsafe open(folder.appending(path: ".m.partial-2-0").path, O_RDONLY)
    defer { close(living) }
    #expect(flock(living, LOCK_EX) == 0)
    try NewFolder.create(at: folder.appending(path: "m")) { partial in
      // A second one of the same name, as another process would make it, leaves the first alone.
      try? NewFolder.create(at: folder.appending(path: "m")) { _ in throw CancellationError() }
      try store("whole", "weights", in: partial)
    }
    #expect(try names == [".m.partial-2-0", ".mm.partial-1-0", "m"])
    #expect(try text("m/weights") == "whole")
  }

  @Test func aFileIsReplacedAtOneStroke() throws {
    let file = folder.appending(path: "audit.json")
    try store("half", ".audit.json.partial-1-0")
    try DurableFile.replace(file, with: Data("first".utf8))
    try DurableFile.replace(file, with: Data("second".utf8))
    #expect(try text("audit.json") == "second" && names == ["audit.json"])
    let missing = folder.appending(path: "no/such/file")
    let error = #expect(throws: StorageError.self) { try DurableFile.replace(missing, with: Data()) }
    #expect(
      error?.description
        == "\(missing.path): cannot be created: No such file or directory; check the path and its permissions")
  }

  @Test func aFolderOfLinkedFilesStandsForItself() throws {
    try NewFolder.create(at: folder.appending(path: "one")) { try store("weights", "w", in: $0) }
    try NewFolder.create(at: folder.appending(path: "two")) { try store("older", "v", in: $0) }
    try NewFolder.replace(folder.appending(path: "two"), withFilesOf: folder.appending(path: "one"))
    try FileManager.default.removeItem(at: folder.appending(path: "one"))
    #expect(try text("two/w") == "weights" && names == ["two"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/two") == ["w"])
  }

  @Test func aPathIsMadeAsFarAsItIsMissing() throws {
    let deep = folder.appending(path: "a/b/c")
    for _ in 0..<2 { try NewFolder.createPath(to: deep) }
    try store("", "a/b/c/file")
    let below = folder.appending(path: "a/b/c/file/d")
    #expect(throws: StorageError.self) { try NewFolder.createPath(to: below) }
    // A link to nothing, below which nothing can be made.
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/dangling", withDestinationPath: folder.path + "/nowhere")
    #expect(throws: StorageError.self) { try NewFolder.createPath(to: folder.appending(path: "dangling/x")) }
  }

  @Test func aLockNamesItsHolderAndGoesWithIt() throws {
    let file = folder.appending(path: "run.lock")
    // Of a process that is gone; no process has so high a number.
    try store("2147483646\n", "run.lock")
    #expect(FileLock.holder(of: file) == nil)
    do {
      let lock = try FileLock(file)
      #expect(FileLock.holder(of: file) == getpid())
      let held = #expect(throws: FileLock.Held.self) { try FileLock(file) }
      #expect(held?.process == getpid() && held?.name == "process \(getpid())")
      withExtendedLifetime(lock) {}
    }
    #expect(FileLock.holder(of: file) == nil)
    do { _ = try FileLock(file, temporary: true) }
    #expect(try names == [])
    // Who holds it without having said so.
    try store("2147483646\n", "run.lock")
    let silent = unsafe open(file.path, O_RDWR)
    defer { close(silent) }
    #expect(flock(silent, LOCK_EX) == 0)
    #expect(#expect(throws: FileLock.Held.self) { try FileLock(file) }?.name == "another process")
  }
}
