import Core
import Crypto
import Digests
import Foundation
import GRDB
import RunStore
import Storage

/// Where the index of a run lies: in a cache folder, never in the run's.
///
/// One process keeps an index. A second one that shows the same run makes its own under a temporary name.
final class IndexFile: Sendable {
  let file: URL
  private let lock: FileLock?
  private let isTemporary: Bool

  /// `$XDG_CACHE_HOME/reversal/browse`, otherwise `~/.cache/reversal/browse`.
  static func standardFolder(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> URL {
    if let path = environment["XDG_CACHE_HOME"], !path.isEmpty {
      return URL(filePath: path).appending(path: "reversal/browse")
    }
    let home = environment["HOME"].map { URL(filePath: $0) } ?? FileManager.default.homeDirectoryForCurrentUser
    return home.appending(path: ".cache/reversal/browse")
  }

  /// - Throws: `InputError` where `cache` cannot be written.
  init(of run: URL, in cache: URL) throws {
    let name = SHA256.hexadecimal(of: run.resolvingSymlinksInPath().path.utf8).prefix(24)
    do {
      try FileManager.default.createDirectory(
        at: cache, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw InputError(file: cache.path, "cannot be made; give another folder for the index with --cache")
    }
    let file = cache.appending(path: "\(name).sqlite")
    do {
      lock = try FileLock(cache.appending(path: "\(name).lock"), temporary: true)
      isTemporary = false
      self.file = file
    } catch is FileLock.Held {
      lock = nil
      isTemporary = true
      self.file = FileManager.default.temporaryDirectory.appending(path: "reversal-browse-\(UUID().uuidString).sqlite")
    } catch is StorageError {
      throw InputError(file: cache.path, "cannot be written; give another folder for the index with --cache")
    }
  }

  deinit { if isTemporary { remove() } }

  /// Takes the index away, and what SQLite keeps beside it.
  func remove() {
    for suffix in ["", "-wal", "-shm"] {
      // What is not there need not be removed; what cannot be, is refused when the index is opened.
      try? FileManager.default.removeItem(atPath: file.path + suffix)
    }
  }

  /// The index for `run`, emptied where it is another run's or another version's, or damaged.
  func open(_ run: String) throws -> DatabasePool {
    do {
      let pool = try connect()
      let isUsable = try pool.read { database in
        guard try Int.fetchOne(database, sql: "PRAGMA user_version") == IndexSchema.version else { return false }
        return try String.fetchOne(database, sql: "SELECT run FROM source") == run
      }
      if isUsable { return pool }
      try pool.close()
    } catch let error as DatabaseError
      where [.SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR].contains(error.resultCode.primaryResultCode)
    {
      // It is made anew below.
    }
    remove()
    let pool = try connect()
    try pool.write { database in
      try IndexSchema.create(database)
      try database.execute(
        sql: "INSERT INTO source (id, run, last_answer, last_problem) VALUES (1, ?, 0, -1)", arguments: [run])
    }
    return pool
  }

  private func connect() throws -> DatabasePool {
    var configuration = Configuration()
    configuration.maximumReaderCount = 4
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      // It can be made again, so nothing waits for the disk.
      try database.execute(sql: "PRAGMA synchronous = OFF")
      try database.execute(sql: "PRAGMA cache_size = -16000")
      try database.execute(sql: "PRAGMA temp_store = MEMORY")
    }
    return try DatabasePool(path: file.path, configuration: configuration)
  }
}
