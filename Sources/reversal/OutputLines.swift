import Core
import Foundation

/// Rows on their way to standard output, written in large pieces.
struct OutputLines {
  private var buffer = Data()

  mutating func write(_ row: some Encodable) throws { try write(line: try JSONLines.line(row)) }

  /// A row that is JSON already.
  mutating func write(line: String) throws {
    buffer += line.utf8
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= 1 << 16 { try flush() }
  }

  mutating func flush() throws {
    try FileHandle.standardOutput.write(contentsOf: buffer)
    buffer.removeAll(keepingCapacity: true)
  }
}

extension InputLines {
  /// The next line as a `Row`; nil at the end.
  ///
  /// - Throws: `InputError` with the line's number.
  mutating func nextRow<Row: Decodable>(_ type: Row.Type) throws -> Row? {
    guard let line = try next() else { return nil }
    do {
      return try JSONDecoder().decode(type, from: line)
    } catch {
      throw self.error(JSONLines.explanation(of: error))
    }
  }

  /// Answers each line by one row, as the lines arrive; the lines before a bad one are answered.
  static func answer<Row: Decodable, Answer: Encodable>(
    _ path: String, _ answer: (Row, InputLines) async throws -> Answer
  ) async throws {
    var lines = try InputLines(path: path)
    var output = OutputLines()
    do {
      while let row = try lines.nextRow(Row.self) {
        try output.write(try await answer(row, lines))
        if !lines.hasBufferedLine { try output.flush() }
      }
    } catch {
      try output.flush()
      throw error
    }
    try output.flush()
  }
}
