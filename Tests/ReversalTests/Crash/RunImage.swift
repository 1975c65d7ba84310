import Foundation
import GRDB

/// What a finished run left in its folder, for comparison: rows and bytes, without what the clock and the process decide.
///
/// Those are the manifest's `created_at`, every stage's `finished_at` (whether there is one counts) and the number of the
/// last process in `run.lock`.
struct RunImage: Equatable {
  enum Extent {
    /// Every row and every file.
    case everything
    /// What the configuration and the seed decide, wherever the run was made: the rows but those of its environments, the
    /// models and the audit.
    case content
  }

  let tables: [String: [String]]
  /// By path within the folder; a folder is empty.
  private let files: [String: Data]

  /// Tables that tell where a run was made, and by which versions.
  private static let circumstances = ["environment", "stage_environment", "grdb_migrations"]

  init(_ folder: URL, _ extent: Extent = .everything) throws {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      if extent == .content, path != "audit.json", !path.hasPrefix("checkpoints/") { continue }
      let file = folder.appending(path: path)
      let isRegular = try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
      // The database is compared by its rows: its pages lie as they were written. Its log is empty.
      let isRead = isRegular && !["run.sqlite", "run.sqlite-shm", "run.lock"].contains(path)
      files[path] = isRead ? try Data(contentsOf: file) : Data()
    }
    self.files = files
    tables = try Self.tables(of: folder, extent)
  }

  /// The rows of every table, in their order, or in that of the primary key where they have no other.
  static func tables(of folder: URL, _ extent: Extent) throws -> [String: [String]] {
    // Others may read the run meanwhile.
    var configuration = Configuration()
    configuration.readonly = true
    let database = try DatabaseQueue(path: folder.appending(path: "run.sqlite").path, configuration: configuration)
    let tables = try database.read { database in
      guard try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"] else {
        throw DatabaseError(message: "the database is damaged")
      }
      let names = try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
      var tables: [String: [String]] = [:]
      for name in names where extent == .everything || !Self.circumstances.contains(name) {
        tables[name] = try Row.fetchAll(database, sql: "SELECT * FROM \(name)").map { text($0, extent) }
      }
      return tables
    }
    try database.close()
    return tables
  }

  /// What is not the same, in a few words; empty where all is.
  func differences(from other: RunImage) -> [String] {
    func names<Value: Equatable>(_ mine: [String: Value], _ theirs: [String: Value]) -> [String] {
      Set(mine.keys).union(theirs.keys).filter { mine[$0] != theirs[$0] }.sorted()
    }
    return names(tables, other.tables).map { "table \($0)" } + names(files, other.files).map { "file \($0)" }
  }

  private static func text(_ row: Row, _ extent: Extent) -> String {
    row.map { column, value in
      switch value.storage {
      case .null: "\(column): null"
      case .blob(let data): "\(column): \(data.base64EncodedString())"
      case .string where column == "finished_at": "\(column): a time"
      case .string(let text): "\(column): \(placeless(text, extent))"
      case .int64(let number): "\(column): \(number)"
      case .double(let number): "\(column): \(number.bitPattern)"
      }
    }.joined(separator: ", ")
  }

  /// A manifest without when it was made and, if only the content counts, where and by which version.
  private static func placeless(_ text: String, _ extent: Extent) -> String {
    let timeless = text.replacing(/"created_at":"[^"]*"/, with: "\"created_at\":\"a time\"")
    guard extent == .content else { return timeless }
    return timeless.replacing(/"environment":{[^}]*}/, with: "\"environment\":{}")
      .replacing(/"tool_version":"[^"]*"/, with: "\"tool_version\":\"one\"")
  }
}
