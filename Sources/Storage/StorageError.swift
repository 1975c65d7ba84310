import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file or folder could not be written. Its description is the one line the user reads.
public struct StorageError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: String, Sendable, Hashable {
    /// What the user named is occupied.
    case badInput
    /// The machine refused: disk full, permission.
    case system
  }

  public let code: Code
  public let file: String?
  /// What is wrong and what to do.
  public let message: String

  public init(_ code: Code, file: String?, _ message: String) {
    self.code = code
    self.file = file
    self.message = message
  }

  public var description: String { file.map { "\($0): \(message)" } ?? message }

  /// What the system says about the last call.
  package static func last(_ what: String, _ path: String) -> StorageError {
    let code = errno
    let reason = unsafe String(cString: strerror(code))
    let advice =
      code == ENOSPC || code == EDQUOT ? "free some space and run again" : "check the path and its permissions"
    return StorageError(.system, file: path, "\(what): \(reason); \(advice)")
  }
}

/// An error that names a file, which may be one of an unfinished folder.
package protocol FileNamingError: Error {
  var file: String? { get }
  /// The same about the file of the name that the user knows.
  func naming(_ file: String) -> Self
}

extension StorageError: FileNamingError {
  package func naming(_ file: String) -> StorageError { StorageError(code, file: file, message) }
}
