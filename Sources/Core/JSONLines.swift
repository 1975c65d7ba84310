import Foundation

/// Reads and writes JSON Lines: UTF-8, one object a line, blank lines skipped.
public enum JSONLines {
  /// Every row of `file` with its 1-based line number.
  ///
  /// - Throws: `InputError` naming file and line for a line that is not a `Row`, or for a file that cannot be read.
  public static func read<Row: Decodable>(_ type: Row.Type, from file: URL) throws -> [(line: Int, row: Row)] {
    try decode(type, from: contents(of: file), name: file.path)
  }

  /// The bytes of `file`.
  ///
  /// - Throws: `InputError` naming the file where it cannot be read.
  public static func contents(of file: URL) throws -> Data {
    do {
      return try Data(contentsOf: file, options: .mappedIfSafe)
    } catch {
      throw InputError(file: file.path, "cannot be read: \(reason(error)); check the path and its permissions")
    }
  }

  /// Every row of `data`, which `name` stands for in messages.
  public static func decode<Row: Decodable>(_ type: Row.Type, from data: Data, name: String) throws -> [(
    line: Int, row: Row
  )] {
    let decoder = JSONDecoder()
    var rows: [(line: Int, row: Row)] = []
    var number = 0
    for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { continue }
      do {
        rows.append((number, try decoder.decode(Row.self, from: Data(line))))
      } catch {
        throw InputError(file: name, line: number, explanation(of: error))
      }
    }
    return rows
  }

  /// One line without its newline; keys in a fixed order, slashes as they are, controls escaped.
  public static func line<Row: Encodable>(_ row: Row) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: JSONControls.escaped(try encoder.encode(row)), as: UTF8.self)
  }

  /// What a decoding error means for the person who wrote the line.
  public static func explanation(of error: any Error) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      let place = path(context)
      return "the field '\(key.stringValue)' is missing\(place.isEmpty ? "" : " in '\(place)'"); add it"
    case DecodingError.typeMismatch(let type, let context):
      return "the field '\(path(context))' is not a \(type); change its value"
    case DecodingError.valueNotFound(let type, let context):
      return "the field '\(path(context))' is null where a \(type) is needed; give it a value"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "the field '\(path(context))' cannot be read: \(context.debugDescription)"
    default:
      return "not a JSON object; each line must be one complete JSON object in UTF-8"
    }
  }

  /// Why a file could not be read, in a few words.
  package static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile?, .fileNoSuchFile?: "no such file"
    case .fileReadNoPermission?: "permission denied"
    default: error.localizedDescription
    }
  }
}
