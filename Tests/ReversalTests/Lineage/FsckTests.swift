import Foundation
import Testing

/// `reversal fsck` on runs that are really damaged.
@Suite struct FsckTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Checks, and holds fsck to changing nothing.
  private func fsck(_ run: URL, _ more: String...) throws -> CommandLineResult {
    let before = try bytes(below: run)
    let result = try CommandLineTool.run(["fsck", run.path] + more)
    #expect(try bytes(below: run) == before, "fsck wrote something")
    return result
  }

  private func expectFault(_ run: URL, _ place: String, _ message: String) throws {
    let result = try fsck(run)
    #expect(result.status == 1, "\(result.output) \(result.errors)")
    let line = result.output.split(separator: "\n").first { $0.contains(message) } ?? ""
    #expect(line.hasPrefix("\(run.path)/\(place): "), "\(result.output)")
    #expect(result.errors == "" && (result.output.hasSuffix(" fault\n") || result.output.hasSuffix(" faults\n")))
  }

  @Test func aWholeRunIsWhole() throws {
    let run = try ReferenceRun.copy(to: folder)
    let result = try fsck(run)
    #expect(result.status == 0 && result.output == "\(run.path): whole\n", "\(result.output) \(result.errors)")
    let json = try fsck(run, "--json").output
    #expect(json == #"{"findings":[],"folder":"\#(run.path)","whole":true}"# + "\n")
    #expect(try CommandLineTool.run(["fsck", folder.url.path]).output == result.output, "a folder of runs")
  }

  @Test func whatIsNoRunIsSaid() throws {
    let result = try CommandLineTool.run(["fsck", folder.path("none")])
    #expect(result.status == 2 && result.errors.contains("is no run and holds none"), "\(result.errors)")
  }

  @Test func checkpoints() throws {
    let files = FileManager.default
    let deleted = try ReferenceRun.copy(to: folder, as: "deleted")
    try files.removeItem(at: deleted.appending(path: "checkpoints/M1"))
    try expectFault(deleted, "checkpoints/M1", "is missing")

    let swapped = try ReferenceRun.copy(to: folder, as: "swapped")
    let checkpoints = swapped.appending(path: "checkpoints")
    for (from, to) in [("M1", "M"), ("M2", "M1"), ("M", "M2")] {
      try files.moveItem(at: checkpoints.appending(path: from), to: checkpoints.appending(path: to))
    }
    try expectFault(swapped, "checkpoints/M1", "is not the model that the run made (it is M_2)")
    try expectFault(swapped, "checkpoints/M2", "is not the model that the run made (it is M_1)")

    let cut = try ReferenceRun.copy(to: folder, as: "cut")
    let weights = cut.appending(path: "checkpoints/M2/model.safetensors")
    try Data(contentsOf: weights).prefix(100_000).write(to: weights)
    try expectFault(cut, "checkpoints/M2", "is not the model that the run made (model.safetensors is another)")
  }

  @Test(arguments: [
    ("PRAGMA user_version = 99", "was written by a newer reversal (format 99, this one knows 4); update reversal"),
    ("DELETE FROM completion WHERE iteration = 2 AND decoding = 'greedy'", "M_2 evaluate_test: answers are gone (8)"),
    ("DELETE FROM training_row WHERE iteration = 1 AND position = 0", "training set 1 has 15 rows and had 16"),
    ("DELETE FROM problem WHERE key = 0", "refer to rows that are gone"),
    ("DELETE FROM manifest", "holds no run"),
    ("UPDATE manifest SET json = '{'", "the manifest cannot be read"),
    ("UPDATE manifest SET json = replace(json, '0.75', '0.5')", "the settings are not those that the run was given"),
    ("DELETE FROM stage WHERE iteration = 2", "its stages are not those of its settings"),
  ])
  func rows(change: String, message: String) throws {
    let run = try ReferenceRun.copy(to: folder)
    try ReferenceRun.edit(change, in: run)
    try expectFault(run, "run.sqlite", message)
  }

  @Test func aDamagedDatabaseIsOneClearLine() throws {
    let original = try Data(contentsOf: try ReferenceRun.made().folder.appending(path: "run.sqlite"))
    let pages = original.count / 4096
    // The first page but its header, which says that it is a database; one in the middle; the last one.
    for (name, offset) in [("first", 100), ("middle", pages / 2 * 4096), ("last", (pages - 1) * 4096)] {
      let run = try ReferenceRun.copy(to: folder, as: name)
      var damaged = original
      damaged.replaceSubrange(
        offset..<(offset / 4096 + 1) * 4096, with: Data(repeating: 0xa5, count: 4096 - offset % 4096))
      try damaged.write(to: run.appending(path: "run.sqlite"))
      let result = try fsck(run)
      #expect(result.status == 1 && result.errors == "", "\(name): \(result.output) \(result.errors)")
      #expect(result.output.contains("\(run.path)/run.sqlite: the database is damaged"), "\(name): \(result.output)")
    }
    let text = try ReferenceRun.copy(to: folder, as: "text")
    try Data(repeating: 0x41, count: 9000).write(to: text.appending(path: "run.sqlite"))
    try expectFault(text, "run.sqlite", "is not a run's database")
  }

  @Test func theAuditIsHeldToTheContent() throws {
    let run = try ReferenceRun.copy(to: folder)
    let audit = run.appending(path: "audit.json")
    try (Data(contentsOf: audit) + Data(" ".utf8)).write(to: audit)
    try expectFault(run, "audit.json", "is not what this reversal makes of the run")
    try FileManager.default.removeItem(at: audit)
    try expectFault(run, "audit.json", "`reversal report \(run.path)` writes it")
    #expect(try CommandLineTool.run(["report", run.path]).status == 0)
    #expect(try fsck(run).status == 0)
  }

  @Test func leftoversAreNotesOnly() throws {
    let run = try ReferenceRun.copy(to: folder)
    try FileManager.default.createDirectory(
      at: run.appending(path: "checkpoints/.M3.partial-1-0"), withIntermediateDirectories: true)
    let result = try fsck(run)
    #expect(result.status == 0 && result.output.contains("checkpoints/.M3.partial-1-0: note: was left by"))
  }

  /// A byte anywhere in the database: never a crash, never more than lines, and where the content changed never "whole".
  @Test func aFlippedByteIsNeverACrash() throws {
    let run = try ReferenceRun.copy(to: folder)
    let file = run.appending(path: "run.sqlite")
    let original = try Data(contentsOf: file)
    let torture = ProcessInfo.processInfo.environment["REVERSAL_TORTURE"] == "1"
    let count = torture ? 400 : 6
    for step in 0..<count {
      var damaged = original
      let place = (step * 7_919 + step * step * 104_729) % original.count
      damaged[place] ^= UInt8(1 << (step % 8)) | 0x10
      try damaged.write(to: file)
      for command in [["fsck", run.path], ["status", run.path], ["resume", run.path]] {
        let result = try CommandLineTool.run(command)
        #expect([0, 1, 2].contains(result.status), "byte \(place), \(command[0]): \(result.status) \(result.errors)")
        #expect(!result.errors.contains("Fatal error"), "byte \(place), \(command[0])")
        if command[0] == "fsck" { try damaged.write(to: file) }
      }
      for name in ["run.sqlite-wal", "run.sqlite-shm"] {
        // Not there after most commands.
        try? FileManager.default.removeItem(at: run.appending(path: name))
      }
    }
  }
}
