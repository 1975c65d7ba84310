import Core
import Foundation
import GRDB

/// The work of a run failed though its input was right. Its description is the one line the user reads; exit status 1.
public struct RunError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: String, Sendable, Hashable {
    /// The disk is full or the file system failed.
    case storage
    /// The run's own files contradict each other.
    case damaged
    /// A sampler or trainer broke its contract.
    case engine
  }

  public let code: Code
  /// The run's folder or the file in it that is concerned.
  public let file: String
  /// What went wrong and what to do.
  public let message: String

  public init(_ code: Code, file: String, _ message: String) {
    self.code = code
    self.file = file
    self.message = message
  }

  public var description: String { "\(file): \(message)" }
}

extension RunError {
  /// What SQLite reports, in words that say what to do.
  ///
  /// - Parameter remedy: What to do once there is room, and the disk works, again.
  static func translating<Value>(
    _ database: URL, remedy: String = "then `reversal resume` goes on from here", _ work: () throws -> Value
  ) throws -> Value {
    do {
      return try work()
    } catch let error as DatabaseError {
      throw translation(of: error, database: database.path, remedy)
    } catch is RowDecodingError {
      throw damaged(database.path)
    }
  }

  private static func damaged(_ database: String) -> RunError {
    RunError(.damaged, file: database, "the database is damaged; restore it from a copy or start a new run")
  }

  private static func translation(of error: DatabaseError, database: String, _ remedy: String) -> any Error {
    switch error.resultCode {
    case .SQLITE_FULL:
      RunError(.storage, file: database, "the disk is full; free some space, \(remedy)")
    case .SQLITE_IOERR:
      RunError(
        .storage, file: database,
        "the file system failed (\(error.message ?? "input/output error")); free space or mend the disk, \(remedy)"
      )
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      InputError(
        file: database, "cannot be opened or written; check its permissions, those of its folder, and the disk")
    case .SQLITE_NOTADB:
      InputError(file: database, "is not a run's database; give the folder of a run")
    case .SQLITE_CORRUPT:
      damaged(database)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      RunError(.storage, file: database, "another program holds the database locked; close it, then `reversal resume`")
    default:
      RunError(
        .damaged, file: database,
        "SQLite refused (\(error.message ?? "code \(error.resultCode.rawValue)")); the run cannot go on, start a new one"
      )
    }
  }
}
