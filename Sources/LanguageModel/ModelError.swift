/// What went wrong in the engine, in one line for the user.
public struct ModelError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: String, Sendable, Hashable {
    /// A file or an argument is not what it must be.
    case badInput
    /// The machine refused: disk full, permission, memory.
    case system
  }

  public let code: Code
  public let file: String?
  /// What is wrong and what to do.
  public let message: String

  public init(_ code: Code, file: String? = nil, _ message: String) {
    self.code = code
    self.file = file
    // What a file holds may be quoted, and could break the line.
    self.message = String(String.UnicodeScalarView(message.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
  }

  public var description: String { file.map { "\($0): \(message)" } ?? message }
}
