import Foundation

/// JSON as the workers read and write it: names in snake case, which Swift has in camel case; sorted keys.
enum WorkerJSON {
  static func line(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: data)
  }

  /// Every line of a file that the workers wrote.
  static func lines<Row: Decodable>(_ type: Row.Type, from data: Data) throws -> [Row] {
    try data.split(separator: UInt8(ascii: "\n")).map { try decode(type, from: Data($0)) }
  }
}
