import Foundation
import Testing

/// What is recorded as done is on the disk before the record is.
@Suite(.enabled(if: FaultInjection.obstacle == nil, "\(FaultInjection.obstacle ?? "")")) struct PowerCutTests {
  @Test func aCommitComesAfterWhatItRecords() throws {
    let run = try TinyRun("sft-dpo")
    var disk = DiskOrder()
    var commits = 0
    for entry in try run.reference(logging: nil).log {
      if entry.call == "fsync", entry.path.hasSuffix("/run.sqlite-wal") {
        commits += 1
        // SQLite's own files are SQLite's to order; a commit synchronises the log and, the first time, its name. And a
        // run that is still being made has a name that nobody looks for.
        let lost = disk.unsafeFiles.union(disk.unsafeNames).filter {
          !$0.contains("/run.sqlite") && !$0.contains("/.reference.partial-") && !Self.isForOnlookers($0)
        }
        #expect(lost.isEmpty, "commit \(commits) would outlive \(lost.sorted())")
      }
      disk.apply(entry)
    }
    // A commit for each of four iterations' stages, with synchronous = FULL.
    #expect(commits > 24)
    // The audit and the report too, when the program has ended.
    let lost = disk.unsafeFiles.union(disk.unsafeNames).filter { !Self.isForOnlookers($0) }
    #expect(lost.isEmpty, "\(lost.sorted())")
  }

  /// The losses of the trainings: nothing depends on them, and nothing waits for them.
  private static func isForOnlookers(_ path: String) -> Bool {
    path.hasSuffix("/reference/training") || path.contains("/reference/training/")
  }

  @Test func anOlderStateOfATrainingGoesWhenTheNewerOneIsOnTheDisk() throws {
    let training = try TinyTraining()
    let log = training.folder.url.appending(path: "log")
    let ending = try training.start("out", faults: FaultInjection(folder: training.outputs, log: log)).end()
    try #require(ending.status == 0, "\(ending.summary)")
    var disk = DiskOrder()
    var removals = 0
    for entry in try FaultLogEntry.read(log) {
      if entry.call == "unlink", entry.path.contains("/out.training/step-") || entry.path.hasSuffix("/out.training") {
        removals += 1
        let lost = disk.unsafeFiles.union(disk.unsafeNames)
        #expect(lost.isEmpty, "\(entry.path) goes before \(lost.sorted()) would be there")
      }
      disk.apply(entry)
    }
    #expect(removals > 5)
    #expect(disk.unsafeFiles.union(disk.unsafeNames).isEmpty)
  }

  @Test func aBenchmarkFileIsOnTheDiskWhenItIsAdded() throws {
    let folder = try TemporaryFolder()
    let rows = (1...1_319).map { "{\"question\":\"What is \($0)?\",\"answer\":\"#### \($0)\"}\n" }.joined()
    let source = try folder.file("test.jsonl", rows)
    let store = folder.url.appending(path: "data")
    try FileManager.default.createDirectory(at: store, withIntermediateDirectories: true)
    let log = folder.url.appending(path: "log")
    let ending = try RunningTool(
      ["data", "add", "gsm8k", source, "--data", store.path], faults: FaultInjection(folder: store, log: log)
    ).end()
    try #require(ending.status == 0, "\(ending.summary)")
    var disk = DiskOrder()
    for entry in try FaultLogEntry.read(log) {
      let lost = disk.unsafeFiles
      #expect(entry.call != "rename" || lost.isEmpty, "a name is given before \(lost.sorted()) would be there")
      disk.apply(entry)
    }
    #expect(FileManager.default.fileExists(atPath: store.appending(path: "gsm8k/test.jsonl").path))
    #expect(disk.unsafeFiles.union(disk.unsafeNames).isEmpty, "\(disk.unsafeFiles.union(disk.unsafeNames).sorted())")
  }

  @Test func whatIsNotSynchronisedIsFoundOut() {
    func lost(_ calls: [(String, String, String?)]) -> Set<String> {
      var disk = DiskOrder()
      for (index, (call, path, target)) in calls.enumerated() {
        disk.apply(FaultLogEntry(number: index + 1, call: call, result: 0, path: path, target: target))
      }
      return disk.unsafeFiles.union(disk.unsafeNames)
    }
    let made: [(String, String, String?)] = [
      ("mkdir", "/r/.m", nil), ("open", "/r/.m/w", nil), ("write", "/r/.m/w", nil), ("fsync", "/r/.m/w", nil),
    ]
    #expect(lost(made) == ["/r/.m", "/r/.m/w"])
    let named = made + [("fsync", "/r/.m", nil), ("rename", "/r/.m", "/r/m")]
    #expect(lost(named) == ["/r/m"])
    #expect(lost(named + [("fsync", "/r", nil)]) == [])
    #expect(lost(named + [("fsync", "/r", nil), ("write", "/r/m/w", nil)]) == ["/r/m/w"])
  }
}
