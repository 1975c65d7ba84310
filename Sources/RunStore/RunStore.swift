import Core
import Foundation
import GRDB
import Storage

/// A run on disk: one method, one folder.
///
/// `DIR/run.sqlite` holds the manifest, problems, completions with their verdicts, training sets and metrics;
/// `DIR/checkpoints/M<t>/` the models. Every change is one transaction that holds the data and the mark that it is done,
/// so that a run can be killed at any moment and resumed.
public final class RunStore: Sendable {
  public enum Access: Sendable {
    /// Also while another process works on the run.
    case reading
    /// Refused while another process writes.
    case writing
  }

  public let folder: URL
  public let manifest: RunManifest
  let database: DatabaseQueue
  let now: @Sendable () -> Date
  /// What this process works in; nil where it only reads.
  public let environment: RunEnvironment?
  private let lock: FileLock?
  /// What is read in the place of the folder's own files, where there is one.
  private let copy: DatabaseCopy?

  private init(
    folder: URL, manifest: RunManifest, database: DatabaseQueue, environment: RunEnvironment? = nil,
    lock: FileLock? = nil, copy: DatabaseCopy? = nil, now: @escaping @Sendable () -> Date
  ) {
    self.folder = folder
    self.manifest = manifest
    self.database = database
    self.environment = environment
    self.lock = lock
    self.copy = copy
    self.now = now
  }

  /// Opens the run in `folder`.
  ///
  /// - Parameter environment: What this process works in; noted beside each stage that it does.
  /// - Throws: `InputError` where there is no run, where a newer `reversal` wrote it, or where another process writes to
  ///   it; `RunError` where the database is damaged.
  public static func open(
    _ folder: URL, for access: Access, environment: (RunManifest) throws -> RunEnvironment? = { _ in nil },
    now: @escaping @Sendable () -> Date = { Date() }
  ) throws -> RunStore {
    let file = databaseFile(in: folder)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw InputError(
        file: folder.path, "is no run: it holds no \(file.lastPathComponent); give a folder that `reversal run` made")
    }
    // SQLite makes files of its own beside the database, which it cannot do on a read-only medium.
    if access == .reading, !FileManager.default.isWritableFile(atPath: folder.path) {
      return try open(folder, copy: DatabaseCopy(of: file))
    }
    let lock = access == .writing ? try RunLock.acquire(in: folder) : nil
    return try RunError.translating(file) {
      try refuseNewer(file, in: file)
      let database = try connect(file, for: access)
      if access == .writing { try Schema.migrator.migrate(database) }
      let manifest = try readManifest(database, file: file)
      return RunStore(
        folder: folder, manifest: manifest, database: database, environment: try environment(manifest), lock: lock,
        now: now)
    }
  }

  /// Reads the run in `folder` from a copy of its database, so that not even SQLite's own files in it change.
  static func open(_ folder: URL, copy: DatabaseCopy) throws -> RunStore {
    let file = databaseFile(in: folder)
    return try RunError.translating(file) {
      try refuseNewer(file, in: copy.file)
      let database = try connect(copy.file, for: .reading)
      return RunStore(
        folder: folder, manifest: try readManifest(database, file: file), database: database, copy: copy,
        now: { Date() })
    }
  }

  /// Moves what SQLite's log holds into the database. Nothing can be read or written any more.
  public func close() throws {
    try RunError.translating(databaseFile) { try database.close() }
    // Whoever looked on at that moment has kept SQLite from it: the log is emptied, so that the database alone is the run.
    guard lock != nil, DatabaseFiles(of: databaseFile).way != .atRest else { return }
    try RunError.translating(databaseFile) {
      let database = try Self.connect(databaseFile, for: .writing)
      try database.writeWithoutTransaction { _ = try Row.fetchAll($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
      try database.close()
    }
  }

  /// Makes a run that has done nothing yet. The folder appears whole or not at all.
  ///
  /// - Parameters:
  ///   - problems: In the order of the data sets.
  ///   - stages: What the run will do, in order, with totals where they are known.
  ///   - configurationText: The YAML file as the user wrote it, kept as `config.yaml`.
  /// - Throws: `InputError` where `folder` exists and is not empty, or where a split holds two problems of one id.
  public static func create(
    at folder: URL, manifest: RunManifest, problems: [RunProblem], stages: [StageRecord],
    configurationText: String? = nil, environment: RunEnvironment? = nil,
    now: @escaping @Sendable () -> Date = { Date() }
  ) throws -> RunStore {
    try refuseOccupied(folder)
    try refuseDuplicates(problems)
    try NewFolder.createPath(to: folder.deletingLastPathComponent())
    do {
      try NewFolder.create(at: folder, replacingEmpty: true) { draft in
        try RunError.translating(folder, remedy: "and run again; nothing of this run is left behind") {
          try fill(draft, manifest: manifest, problems: problems, stages: stages)
        }
        if let configurationText {
          try DurableFile.store(Data(configurationText.utf8), at: draft.appendingPathComponent("config.yaml"))
        }
      }
    } catch let error as StorageError {
      // Another process may have made it meanwhile.
      try refuseOccupied(folder)
      throw error
    }
    return try open(folder, for: .writing, environment: { _ in environment }, now: now)
  }

  /// - Throws: `InputError` where `folder` exists and is anything but an empty folder.
  public static func refuseOccupied(_ folder: URL) throws {
    guard FileManager.default.fileExists(atPath: folder.path) else { return }
    // What exists and cannot be listed is a file, or a folder that is not the user's.
    guard let content = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
      throw InputError(file: folder.path, "is no folder that can be read; give one that does not exist yet")
    }
    guard content.isEmpty else {
      throw InputError(
        file: folder.path,
        "exists and is not empty, nothing was changed; to go on with it use `reversal resume \(folder.path)`, "
          + "for a new run choose another --out")
    }
  }

  /// The process that works on the run in `folder`, or nil.
  public static func activeProcess(in folder: URL) -> Int32? { RunLock.holder(in: folder) }

  /// The runs in `folder`: the folder itself, or else the runs directly below it, by name.
  ///
  /// - Throws: `InputError` where there is none.
  public static func runs(in folder: URL) throws -> [URL] {
    func isRun(_ candidate: URL) -> Bool {
      FileManager.default.fileExists(atPath: databaseFile(in: candidate).path)
    }
    if isRun(folder) { return [folder] }
    // A folder that cannot be listed holds no run either, and the message below names it.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let runs = names.filter { !$0.hasPrefix(".") }.sorted().map { folder.appendingPathComponent($0) }.filter(isRun)
    guard !runs.isEmpty else {
      throw InputError(
        file: folder.path, "is no run and holds none; give a folder that `reversal run` or `reversal demo` made")
    }
    return runs
  }

  /// Where M_t stands or will stand; t ≥ 1.
  public func checkpointFolder(_ iteration: Int) -> URL {
    folder.appendingPathComponent("checkpoints").appendingPathComponent("M\(iteration)")
  }

  /// Whether M_t stands on disk; a trainer's output appears whole or not at all.
  public func hasCheckpoint(_ iteration: Int) -> Bool {
    FileManager.default.fileExists(atPath: checkpointFolder(iteration).path)
  }
}

// MARK: - Transactions

extension RunStore {
  static func databaseFile(in folder: URL) -> URL { folder.appendingPathComponent("run.sqlite") }

  package var databaseFile: URL { Self.databaseFile(in: folder) }

  func read<Value>(_ work: (Database) throws -> Value) throws -> Value {
    try RunError.translating(databaseFile) { try database.read(work) }
  }

  /// One transaction: all of `work` or nothing.
  func write<Value>(_ work: (Database) throws -> Value) throws -> Value {
    try RunError.translating(databaseFile) { try database.write(work) }
  }

  /// The same without a thread that waits: for those who write often and in the midst of other work.
  func writeLater(_ work: @escaping @Sendable (Database) throws -> Void) async throws {
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await database.write(work)) } catch { outcome = .failure(error) }
    try RunError.translating(databaseFile) { try outcome.get() }
  }

  /// Lets the database grow no further than `pages`, which is what a full disk looks like to it.
  package func limitSize(pages: Int) throws {
    try RunError.translating(databaseFile) {
      try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
    }
  }

  static func connect(_ file: URL, for access: Access) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    configuration.readonly = access == .reading
    configuration.busyMode = .timeout(10)
    if access == .writing { configuration.journalMode = .wal }
    let database = try DatabaseQueue(path: file.path, configuration: configuration)
    // GRDB sets NORMAL with the journal, under which a power cut may take back what was committed last.
    if access == .writing { try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") } }
    return database
  }

  private static func fill(
    _ draft: URL, manifest: RunManifest, problems: [RunProblem], stages: [StageRecord]
  ) throws {
    let database = try connect(databaseFile(in: draft), for: .writing)
    try Schema.migrator.migrate(database)
    try database.write { database in
      try database.execute(sql: "INSERT INTO manifest (id, json) VALUES (1, ?)", arguments: [try manifest.json()])
      try insert(problems, into: database)
      try record(Artifact(iteration: 0, kind: .settings, digest: manifest.settingsDigest), database)
      try record(Artifact(iteration: 0, kind: .problems, digest: try problemsDigest(database)), database)
      for (position, stage) in stages.enumerated() {
        try database.execute(
          sql: "INSERT INTO stage (position, iteration, name, total, unit) VALUES (?, ?, ?, ?, ?)",
          arguments: [position, stage.key.iteration, stage.key.stage.rawValue, stage.total, stage.unit])
      }
    }
    try database.close()
  }

  /// Looks without the right to write: what a newer version made stays as it is, byte for byte.
  ///
  /// - Returns: The version of the database's format.
  @discardableResult
  static func refuseNewer(_ file: URL, in opened: URL) throws -> Int {
    let database = try connect(opened, for: .reading)
    let version = try database.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    try database.close()
    guard version <= Schema.version else {
      throw InputError(
        file: file.path,
        "was written by a newer reversal (format \(version), this one knows \(Schema.version)); update reversal")
    }
    return version
  }

  private static func readManifest(_ database: DatabaseQueue, file: URL) throws -> RunManifest {
    let json = try database.read { database -> String? in
      guard try database.tableExists("manifest") else { return nil }
      return try String.fetchOne(database, sql: "SELECT json FROM manifest")
    }
    guard let json else {
      throw InputError(file: file.path, "holds no run; give a folder that `reversal run` made")
    }
    do {
      return try RunManifest(json: json)
    } catch {
      throw RunError(.damaged, file: file.path, "the manifest cannot be read; restore the run from a copy")
    }
  }

  private static func refuseDuplicates(_ problems: [RunProblem]) throws {
    struct Name: Hashable {
      let split: Split
      let id: ProblemID
    }
    var seen: Set<Name> = []
    for problem in problems where !seen.insert(Name(split: problem.split, id: problem.problem.id)).inserted {
      throw InputError(
        "the \(problem.split.rawValue) data holds two problems with the id '\(problem.problem.id)'; make the ids unique"
      )
    }
  }
}
