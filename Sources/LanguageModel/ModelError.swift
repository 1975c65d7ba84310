import Storage

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
    self.message = Self.line(message)
  }

  /// Files hold any text and choose the names of others: what quotes them stays one line, and a readable one.
  private static func line(_ text: String) -> String {
    let limit = 1000
    let scalars = text.unicodeScalars
    let isLong = text.utf8.count > 4 * limit
    guard isLong || scalars.contains(where: isHidden) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in scalars.prefix(isLong ? limit : .max) { result.append(isHidden(scalar) ? "\u{fffd}" : scalar) }
    return String(result) + (isLong ? "…" : "")
  }

  /// Drives a terminal, reorders what stands around it, or cannot be seen. Noncharacters and most tags are unassigned.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format, .unassigned: true
    default: false
    }
  }

  public var description: String { file.map { "\(Self.line($0)): \(message)" } ?? message }
}

extension ModelError: FileNamingError {
  package func naming(_ file: String) -> ModelError { ModelError(code, file: file, message) }

  /// What cannot be written, in the engine's own error.
  static func translating<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as StorageError {
      throw ModelError(error)
    }
  }

  init(_ error: StorageError) {
    self.init(error.code == .badInput ? .badInput : .system, file: error.file, error.message)
  }
}
