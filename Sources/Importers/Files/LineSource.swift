import Core
import Foundation

/// The bytes of a JSON Lines file, or of standard input for the path `-`, with the name that messages give them.
struct LineSource {
  let name: String
  private let data: Data

  /// - Throws: `InputError` for what cannot be read.
  init(_ path: String) throws {
    if path == "-" {
      name = "standard input"
      data = FileHandle.standardInput.readDataToEndOfFile()
    } else {
      let file = URL(filePath: path)
      name = file.path
      data = try JSONLines.contents(of: file)
    }
  }

  /// Every row with its 1-based line number.
  ///
  /// - Throws: `InputError` for a bad line, or where there is no row at all.
  func rows<Row: Decodable>(_ type: Row.Type) throws -> [(line: Int, row: Row)] {
    let rows = try JSONLines.decode(type, from: data, name: name)
    guard !rows.isEmpty else { throw InputError(file: name, "holds no rows; give one JSON object a line") }
    return rows
  }
}
