import Foundation
import Testing

/// A disk that is full, read-only, over its quota or broken: one clear line, no damage, and the same run in the end.
@Suite struct StorageFaultTests {
  private let folder: TemporaryFolder
  private let configuration: String
  private var run: URL { folder.url.appending(path: "disk/run") }

  init() throws {
    folder = try TemporaryFolder()
    configuration = try ReferenceRun.configuration()
    try FileManager.default.createDirectory(at: run.deletingLastPathComponent(), withIntermediateDirectories: true)
  }

  /// One line that names what is wrong, beside the lines of progress.
  private func expectOneLine(_ result: CommandLineResult, _ status: Int32...) {
    #expect(status.contains(result.status), "\(result.status) \(result.errors)")
    let complaints = result.errors.split(separator: "\n").filter { !$0.hasPrefix("M_") }
    #expect(complaints.count == 1 && complaints[0].hasPrefix("reversal: "), "\(result.errors)")
    #expect(complaints.first?.contains("; ") == true, "it says what to do: \(result.errors)")
    #expect(complaints.first?.contains(".partial") == false, "it names what the user knows: \(result.errors)")
  }

  // MARK: - A small disk

  /// A small disk of memory within a mount namespace of its own, for the shell `script` alone; nil where this system does
  /// not let us mount.
  fileprivate static let namespace: [String]? = [
    ["--mount"], ["--user", "--map-root-user", "--mount"],
  ].first { options in
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments = options + ["sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"]
    (process.standardError, process.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  private func onSmallDisk(kilobytes: Int, _ script: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments = try #require(Self.namespace) + ["sh", "-c", script]
    process.environment = ProcessInfo.processInfo.environment.merging([
      "DISK": folder.path("disk"), "CONFIGURATION": configuration, "OUT": folder.url.path, "SIZE": "\(kilobytes)k",
      "REVERSAL": CommandLineTool.program.path,
    ]) { $1 }
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  private func result(_ name: String) throws -> CommandLineResult {
    func text(_ kind: String) throws -> String {
      try String(contentsOfFile: folder.path("\(name).\(kind)"), encoding: .utf8)
    }
    return CommandLineResult(
      status: Int32(try text("status").trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1,
      output: try text("output"), errors: try text("errors"))
  }

  private static let functions = """
    set -e
    mount -t tmpfs -o size=$SIZE tmpfs "$DISK"
    try() { name=$1; shift; set +e; "$REVERSAL" "$@" >"$OUT/$name.output" 2>"$OUT/$name.errors"; echo $? >"$OUT/$name.status"; set -e; }
    keep() { rm -rf "$OUT/$1"; cp -a "$DISK" "$OUT/$1"; }

    """

  @Test(
    .enabled(if: StorageFaultTests.namespace != nil, "this system does not let tests mount a disk"),
    arguments: [40, 200, 2_800, 5_200])
  func aFullDisk(kilobytes: Int) throws {
    try onSmallDisk(
      kilobytes: kilobytes,
      Self.functions + """
        try run run "$CONFIGURATION" --out "$DISK/run" --threads 2; keep first
        if [ -e "$DISK/run" ]; then
          try again resume "$DISK/run"; keep second
          mount -o remount,size=64m "$DISK"; try last resume "$DISK/run"; keep third
        else
          mount -o remount,size=64m "$DISK"; try last run "$CONFIGURATION" --out "$DISK/run"; keep third
        fi
        try fsck fsck "$DISK/run"
        """)
    let run = try result("run")
    expectOneLine(run, 1)
    #expect(run.errors.contains("space"), "\(run.errors)")
    if FileManager.default.fileExists(atPath: folder.path("first/run")) {
      expectOneLine(try result("again"), 1)
    } else {
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("first")) == [], "something is left")
    }
    let last = try result("last")
    #expect(last.status == 0, "\(last.errors)")
    #expect(
      try RunImage(folder.url.appending(path: "third/run"), .content) == RunImage(ReferenceRun.made().folder, .content))
    let fsck = try result("fsck")
    #expect(fsck.status == 0, "\(fsck.output)")
  }

  @Test(.enabled(if: StorageFaultTests.namespace != nil, "this system does not let tests mount a disk"))
  func aReadOnlyDisk() throws {
    try onSmallDisk(
      kilobytes: 2_800,
      Self.functions + """
        try run run "$CONFIGURATION" --out "$DISK/run" --threads 2; keep first
        mount -o remount,ro "$DISK"
        try resume resume "$DISK/run"; try status status "$DISK/run"; try fsck fsck "$DISK/run"
        try new run "$CONFIGURATION" --out "$DISK/new"; try export export "$DISK/run" --lineage; keep second
        mount -o remount,rw,size=64m "$DISK"; try last resume "$DISK/run"; keep third
        """)
    expectOneLine(try result("resume"), 1)
    expectOneLine(try result("new"), 1)
    for name in ["status", "fsck", "export"] {
      let result = try result(name)
      #expect(result.status == 0, "\(name): \(result.errors) \(result.output)")
    }
    #expect(try bytes(below: folder.url.appending(path: "second")) == bytes(below: folder.url.appending(path: "first")))
    let last = try result("last")
    #expect(last.status == 0, "\(last.errors)")
    #expect(
      try RunImage(folder.url.appending(path: "third/run"), .content) == RunImage(ReferenceRun.made().folder, .content))
  }

  // MARK: - Calls that fail

  private func faults(_ failure: (from: Int, count: Int?, error: String)?, log: URL? = nil) -> FaultInjection {
    FaultInjection(folder: run.deletingLastPathComponent(), failure: failure, log: log)
  }

  /// Every call that changes something may be the first of those that fail; a few of them, and under REVERSAL_TORTURE many.
  @Test(.enabled(if: FaultInjection.obstacle == nil, "\(FaultInjection.obstacle ?? "")"), arguments: ["EIO", "EDQUOT"])
  func callsThatFail(error: String) throws {
    let log = folder.url.appending(path: "log")
    let whole = try CommandLineTool.run(
      ["run", configuration, "--out", run.path], environment: faults(nil, log: log).environment)
    #expect(whole.status == 0, "\(whole.errors)")
    let calls = try FaultLogEntry.read(log).count
    #expect(calls > 50)
    let torture = ProcessInfo.processInfo.environment["REVERSAL_TORTURE"] == "1"
    let count = torture ? 120 : 4
    let reference = try RunImage(ReferenceRun.made().folder, .content)
    for step in 0..<count {
      try FileManager.default.removeItem(at: run)
      let from = 1 + step * (calls - 1) / (count - 1)
      let failed = try CommandLineTool.run(
        ["run", configuration, "--out", run.path], environment: faults((from, nil, error)).environment)
      // The last calls are the closing of the database, which loses nothing.
      if failed.status != 0 { expectOneLine(failed, 1, 2) }
      let exists = FileManager.default.fileExists(atPath: run.path)
      let rest = try CommandLineTool.run(
        exists ? ["resume", run.path] : ["run", configuration, "--out", run.path])
      #expect(rest.status == 0, "\(error) from call \(from) of \(calls): \(rest.errors)")
      #expect(try RunImage(run, .content) == reference, "\(error) from call \(from) of \(calls)")
    }
  }

  /// A disk that cannot be read.
  @Test(
    .enabled(if: FaultInjection.obstacle == nil, "\(FaultInjection.obstacle ?? "")"),
    arguments: [("*/run.sqlite", "run.sqlite"), ("*/M1/*", "M1")])
  func readsThatFail(pattern: String, name: String) throws {
    try ReferenceRun.halfDone(at: run)
    let before = (try bytes(below: run), try RunImage.tables(of: run, .content))
    var faults = faults((1, nil, "EIO"))
    (faults.match, faults.calls) = (pattern, ["read"])
    let result = try CommandLineTool.run(["resume", run.path], environment: faults.environment)
    expectOneLine(result, 1)
    #expect(result.errors.contains(name), "\(result.errors)")
    if name == "M1" {  // The database is examined elsewhere, by a link.
      let result = try CommandLineTool.run(["fsck", run.path], environment: faults.environment)
      #expect(result.status == 1 && result.output.contains("M1: cannot be read"), "\(result.output) \(result.errors)")
    }
    let weights = "checkpoints/M1/model.safetensors"
    #expect(try bytes(below: run)[weights] == before.0[weights])
    #expect(try RunImage.tables(of: run, .content) == before.1)
    let rest = try CommandLineTool.run(["resume", run.path])
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try RunImage(run, .content) == RunImage(ReferenceRun.made().folder, .content))
  }

  // MARK: - What stands there is another

  /// Damages a run that is half done and holds resume to one line and to changing nothing; then mends it.
  private func expectRefusal(
    _ status: Int32, _ messages: String..., damage: () throws -> Void, mend: () throws -> Void
  ) throws {
    try ReferenceRun.halfDone(at: run)
    try damage()
    let before = try bytes(below: run)
    // Opening a database to write to it moves bytes in it, even where no row is written. What is not opened has its bytes.
    let rows = status == 2 ? nil : try? RunImage.tables(of: run, .content)
    let result = try CommandLineTool.run(["resume", run.path])
    expectOneLine(result, status)
    for message in messages { #expect(result.errors.contains(message), "\(result.errors)") }
    let after = try bytes(below: run)
    for (file, bytes) in before where !file.hasPrefix("run.sqlite-") && file != "run.lock" {
      if file == "run.sqlite", let rows {
        #expect(try RunImage.tables(of: run, .content) == rows)
      } else {
        #expect(after[file] == bytes, "\(file)")
      }
    }
    try mend()
    let rest = try CommandLineTool.run(["resume", run.path])
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try RunImage(run, .content) == RunImage(ReferenceRun.made().folder, .content))
  }

  private var firstModel: URL { run.appending(path: "checkpoints/M1") }

  @Test func aSwappedCheckpoint() throws {
    let second = try ReferenceRun.made().folder.appending(path: "checkpoints/M2")
    try expectRefusal(
      1, "checkpoints/M1: is not the model that this run made (model.safetensors is another); remove the folder",
      damage: {
        try FileManager.default.removeItem(at: firstModel)
        try FileManager.default.copyItem(at: second, to: firstModel)
      }, mend: { try FileManager.default.removeItem(at: firstModel) })
  }

  @Test func aTruncatedCheckpoint() throws {
    try expectRefusal(
      1, "checkpoints/M1: is not the model that this run made (model.safetensors is another)",
      damage: {
        let weights = firstModel.appending(path: "model.safetensors")
        try Data(contentsOf: weights).prefix(1_000_000).write(to: weights)
      }, mend: { try FileManager.default.removeItem(at: firstModel) })
  }

  @Test func aDamagedDatabase() throws {
    let file = run.appending(path: "run.sqlite")
    var whole = Data()
    try expectRefusal(
      1, "run.sqlite: the database is damaged; restore it from a copy",
      damage: {
        whole = try Data(contentsOf: file)
        try (whole.prefix(4096) + Data(repeating: 0xa5, count: whole.count - 4096)).write(to: file)
      }, mend: { try whole.write(to: file) })
  }

  @Test func aNewerDatabase() throws {
    try expectRefusal(
      2, "run.sqlite: was written by a newer reversal (format 99, this one knows 4); update reversal",
      damage: { try ReferenceRun.edit("PRAGMA user_version = 99", in: run) },
      mend: { try ReferenceRun.edit("PRAGMA user_version = 4", in: run) })
  }
}
