import Foundation
import GRDB

/// All that a finished run left in its folder: every row and every byte, without what the clock and the process decide.
///
/// Those are the manifest's `created_at`, every stage's `finished_at` (whether there is one counts) and the number of the
/// last process in `run.lock`.
struct RunImage: Equatable {
  private let tables: [String: [String]]
  /// By path within the folder.
  private let files: [String: Data]

  init(_ folder: URL) throws {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let file = folder.appending(path: path)
      let isRegular = try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
      // The database is compared by its rows: its pages lie as they were written. Its log is empty.
      let isRead = isRegular && !["run.sqlite", "run.sqlite-shm", "run.lock"].contains(path)
      files[path] = isRead ? try Data(contentsOf: file) : Data()
    }
    self.files = files
    var configuration = Configuration()
    configuration.readonly = true
    let database = try DatabaseQueue(
      path: folder.appending(path: "run.sqlite").path, configuration: configuration)
    tables = try database.read { database in
      guard try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"] else {
        throw DatabaseError(message: "the database is damaged")
      }
      let names = try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
      var tables: [String: [String]] = [:]
      for name in names {
        // A table is read in the order of its rows, or of its primary key where it has no other order.
        tables[name] = try Row.fetchAll(database, sql: "SELECT * FROM \(name)").map(Self.text)
      }
      return tables
    }
  }

  /// What is not the same, in a few words; empty where all is.
  func differences(from other: RunImage) -> [String] {
    func names<Value: Equatable>(_ mine: [String: Value], _ theirs: [String: Value]) -> [String] {
      Set(mine.keys).union(theirs.keys).filter { mine[$0] != theirs[$0] }.sorted()
    }
    return names(tables, other.tables).map { "table \($0)" } + names(files, other.files).map { "file \($0)" }
  }

  private static func text(_ row: Row) -> String {
    row.map { column, value in
      switch value.storage {
      case .null: "\(column): null"
      case .blob(let data): "\(column): \(data.base64EncodedString())"
      case .string where column == "finished_at": "\(column): a time"
      case .string(let text): "\(column): \(timeless(text))"
      case .int64(let number): "\(column): \(number)"
      case .double(let number): "\(column): \(number.bitPattern)"
      }
    }.joined(separator: ", ")
  }
  private static func timeless(_ text: String) -> String {
    text.replacing(/"created_at":"[^"]*"/, with: "\"created_at\":\"a time\"")
  }
}
