import Core
import Foundation
import GRDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads a run, also while another process works on it, and leaves no trace in its folder.
///
/// `RunStore.open(_:for:)` may make SQLite's own files beside the database. This type never does: it opens what is there without
/// the right to write, in one of three ways (`DatabaseFiles.Way`), for one short transaction at a time, and takes neither the
/// run's lock nor one that a writer waits for.
public final class RunReader: Sendable {
  public let folder: URL
  public let manifest: RunManifest

  /// - Throws: `InputError` where there is no run or a newer `reversal` wrote it, `RunError` where it is damaged.
  public init(_ folder: URL) throws {
    self.folder = folder
    let file = RunStore.databaseFile(in: folder)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw InputError(
        file: folder.path, "is no run: it holds no \(file.lastPathComponent); give a folder that `reversal run` made")
    }
    let json = try Self.read(file) { database -> String? in
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      guard version <= Schema.version else {
        throw InputError(
          file: file.path,
          "was written by a newer reversal (format \(version), this one knows \(Schema.version)); update reversal")
      }
      guard try database.tableExists("manifest") else { return nil }
      return try String.fetchOne(database, sql: "SELECT json FROM manifest")
    }
    guard let json else {
      throw InputError(file: file.path, "holds no run; give a folder that `reversal run` made")
    }
    do {
      manifest = try RunManifest(json: json)
    } catch {
      throw RunError(.damaged, file: file.path, "the manifest cannot be read; restore the run from a copy")
    }
  }

  /// What changes with every commit of a writer, without opening the database.
  public var fingerprint: [Int] { DatabaseFiles(of: RunStore.databaseFile(in: folder)).fingerprint }

  /// One short transaction. `work` may be called again where a writer began or ended meanwhile.
  func read<Value>(_ work: (Database) throws -> Value) throws -> Value {
    try Self.read(RunStore.databaseFile(in: folder), work)
  }

  private static func read<Value>(_ file: URL, _ work: (Database) throws -> Value) throws -> Value {
    var attempts = 6
    while true {
      attempts -= 1
      let files = DatabaseFiles(of: file)
      do {
        let value = try RunError.translating(file) { try read(file, files.way, work) }
        // Nothing keeps a writer from a database that is read as one at rest: what was read then counts only if none came.
        if files.way != .atRest || DatabaseFiles(of: file).fingerprint == files.fingerprint { return value }
      } catch {
        // Files that come and go with a writer are no fault of the run.
        if attempts <= 0 || DatabaseFiles(of: file).fingerprint == files.fingerprint { throw error }
      }
      guard attempts > 0 else {
        throw RunError(.storage, file: file.path, "changes faster than it can be read; try again")
      }
    }
  }

  private static func read<Value>(
    _ file: URL, _ way: DatabaseFiles.Way, _ work: (Database) throws -> Value
  ) throws -> Value {
    let copy = way == .logAlone ? try DatabaseCopy(of: file) : nil
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    let database = try DatabaseQueue(
      path: copy?.file.path ?? way.location(of: file), configuration: configuration)
    // A connection that is only read from closes, whatever was read.
    defer { try? database.close() }
    return try withExtendedLifetime(copy) { try database.read(work) }
  }
}

/// A database and SQLite's files beside it, as they stand at a moment.
struct DatabaseFiles: Equatable {
  enum Way: Equatable {
    /// There is no log, or an empty one: the file alone is everything, and is read without locks and without making files.
    case atRest
    /// A log with its index: they are shared with the writer, and no other file is needed.
    case withLog
    /// A log without its index, as in a copied run. SQLite would make the index: a copy is read.
    case logAlone

    /// As SQLite takes it; the plain path where SQLite was built without URIs.
    func location(of file: URL) -> String {
      guard Self.knowsLocations else { return file.path }
      let path =
        file.path.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "/-._~")))
        ?? file.path
      switch self {
      case .atRest: return "file:\(path)?immutable=1"
      case .withLog: return "file:\(path)?mode=ro&readonly_shm=1"
      case .logAlone: return file.path
      }
    }

    private static let knowsLocations: Bool = {
      // Asked of SQLite itself; where it cannot be asked, paths are plain.
      let used = try? DatabaseQueue().read { try Bool.fetchOne($0, sql: "SELECT sqlite_compileoption_used('USE_URI')") }
      return used == true
    }()
  }

  let way: Way
  /// Node, size and time of the database and of its log.
  let fingerprint: [Int]

  init(of file: URL) {
    func trait(_ path: String) -> [Int] {
      var found = stat()
      guard unsafe stat(path, &found) == 0 else { return [] }
      #if canImport(Darwin)
        let time = found.st_mtimespec
      #else
        let time = found.st_mtim
      #endif
      return [Int(found.st_ino), Int(found.st_size), time.tv_sec, time.tv_nsec]
    }
    let log = trait(file.path + "-wal")
    let isEmpty = log.isEmpty || log[1] == 0
    way = isEmpty ? .atRest : trait(file.path + "-shm").isEmpty ? .logAlone : .withLog
    fingerprint = trait(file.path) + [-1] + (isEmpty ? [] : log)
  }
}
