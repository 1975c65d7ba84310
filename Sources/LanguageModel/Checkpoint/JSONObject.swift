import Foundation

/// A JSON object from a file, read field by field; what is wrong is named by file and field.
struct JSONObject {
  /// What messages call the file.
  let file: String
  private let fields: [String: Any]
  /// Names of the fields that lead here, each followed by a point.
  private let path: String

  /// - Throws: `ModelError` where `data` is not one JSON object.
  init(_ data: Data, file: String) throws {
    let value: Any
    do {
      value = try JSONSerialization.jsonObject(with: data)
    } catch {
      throw ModelError(.badInput, file: file, "not valid JSON; the file is damaged or cut off, get it again")
    }
    guard let fields = value as? [String: Any] else {
      throw ModelError(.badInput, file: file, "must be a JSON object")
    }
    self.init(file: file, fields: fields, path: "")
  }

  private init(file: String, fields: [String: Any], path: String) {
    self.file = file
    self.fields = fields
    self.path = path
  }

  /// All field names, sorted.
  var names: [String] { fields.keys.sorted() }

  func contains(_ name: String) -> Bool { fields[name] != nil }

  func error(_ message: String) -> ModelError { ModelError(.badInput, file: file, message) }

  /// The field, or nil where it is absent or null.
  func string(_ name: String) throws -> String? { try value(name, "a string") }
  func boolean(_ name: String) throws -> Bool? { try value(name, "true or false") }
  func integer(_ name: String) throws -> Int? { try value(name, "a whole number") }
  func number(_ name: String) throws -> Double? { try value(name, "a number") }
  func integers(_ name: String) throws -> [Int]? { try value(name, "a list of whole numbers") }
  func strings(_ name: String) throws -> [String]? { try value(name, "a list of strings") }
  func integersByName(_ name: String) throws -> [String: Int]? { try value(name, "an object of whole numbers") }
  func stringsByName(_ name: String) throws -> [String: String]? { try value(name, "an object of strings") }

  func object(_ name: String) throws -> JSONObject? {
    let fields: [String: Any]? = try value(name, "an object")
    return fields.map { JSONObject(file: file, fields: $0, path: path + name + ".") }
  }

  func objects(_ name: String) throws -> [JSONObject]? {
    let list: [[String: Any]]? = try value(name, "a list of objects")
    return list?.enumerated().map { JSONObject(file: file, fields: $1, path: "\(path)\(name).\($0).") }
  }

  /// A list of either strings or lists of strings, as the merges of a tokenizer are written.
  func stringsOrLists(_ name: String) throws -> StringsOrLists? {
    switch fields[name] {
    case nil, is NSNull: nil
    case let lists as [[String]]: .lists(lists)
    case let strings as [String]: .strings(strings)
    default: throw error("'\(path)\(name)' must be a list of strings or of pairs of strings")
    }
  }

  enum StringsOrLists {
    case strings([String])
    case lists([[String]])
  }

  /// An integer, a list of integers, or nothing.
  func oneOrMoreIntegers(_ name: String) throws -> [Int] {
    if let one = fields[name] as? Int { return [one] }
    return try value(name, "a whole number or a list of them") ?? []
  }

  /// `value`, which was read from the field `name`.
  func require<Value>(_ value: Value?, _ name: String) throws -> Value {
    guard let value else { throw error("the field '\(path)\(name)' is missing") }
    return value
  }

  private func value<Value>(_ name: String, _ kind: String) throws -> Value? {
    guard let field = fields[name], !(field is NSNull) else { return nil }
    guard let value = field as? Value else { throw error("'\(path)\(name)' must be \(kind)") }
    return value
  }
}
