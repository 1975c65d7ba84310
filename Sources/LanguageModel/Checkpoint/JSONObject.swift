import Foundation

/// A JSON object from a file, read field by field; what is wrong is named by file and field.
struct JSONObject {
  /// What messages call the file.
  let file: String
  /// In the order of the file.
  let members: [JSONValue.Member]
  /// Names of the fields that lead here, each followed by a point.
  private let path: String

  /// - Throws: `ModelError` where `data` is not one JSON object.
  init(_ data: Data, file: String) throws {
    do {
      guard case .object(let members) = try JSONValue(parsing: Array(data)) else {
        throw ModelError(.badInput, file: file, "must be a JSON object")
      }
      self.init(file: file, members: members, path: "")
    } catch let error as JSONValue.SyntaxError {
      throw error.named(file)
    }
  }

  /// The objects of a file that is a list of them.
  ///
  /// - Throws: `ModelError` where `data` is anything else.
  static func list(_ data: Data, file: String) throws -> [JSONObject] {
    do {
      guard case .list(let elements) = try JSONValue(parsing: Array(data)) else {
        throw ModelError(.badInput, file: file, "must be a JSON list")
      }
      return try elements.enumerated().map { index, element in
        guard case .object(let members) = element else {
          throw ModelError(.badInput, file: file, "must be a list of objects, and entry \(index) breaks that")
        }
        return JSONObject(file: file, members: members, path: "\(index).")
      }
    } catch let error as JSONValue.SyntaxError {
      throw error.named(file)
    }
  }

  private init(file: String, members: [JSONValue.Member], path: String) {
    self.file = file
    self.members = members
    self.path = path
  }

  func error(_ message: String) -> ModelError { ModelError(.badInput, file: file, message) }

  func contains(_ name: String) -> Bool { members.contains { $0.name == name } }

  /// `value`, which was read from the field `name`.
  func require<Value>(_ value: Value?, _ name: String) throws -> Value {
    guard let value else { throw error("the field '\(path)\(name)' is missing") }
    return value
  }
}

/// Fields by type; nil where one is absent or null.
extension JSONObject {
  func string(_ name: String) throws -> String? { try field(name, "a string", \.string) }
  func boolean(_ name: String) throws -> Bool? { try field(name, "true or false", \.boolean) }
  func integer(_ name: String) throws -> Int? { try field(name, "a whole number", \.integer) }
  func number(_ name: String) throws -> Double? { try field(name, "a number", \.number) }
  func integers(_ name: String) throws -> [Int]? { try list(name, "a list of whole numbers", \.integer) }
  func strings(_ name: String) throws -> [String]? { try list(name, "a list of strings", \.string) }
  func values(_ name: String) throws -> [JSONValue]? { try field(name, "a list", \.list) }

  func integersByName(_ name: String) throws -> [(String, Int)]? {
    try byName(name, "an object of whole numbers", \.integer)
  }

  func stringsByName(_ name: String) throws -> [(String, String)]? {
    try byName(name, "an object of strings", \.string)
  }

  func object(_ name: String) throws -> JSONObject? {
    try field(name, "an object", \.object).map { JSONObject(file: file, members: $0, path: "\(path)\(name).") }
  }

  func objects(_ name: String) throws -> [JSONObject]? {
    try list(name, "a list of objects", \.object)?.enumerated().map {
      JSONObject(file: file, members: $1, path: "\(path)\(name).\($0).")
    }
  }

  /// Every field as an object, by name.
  func memberObjects() throws -> [(name: String, object: JSONObject)] {
    try members.map { member in
      guard let members = member.value.object else { throw error("'\(path)\(member.name)' must be an object") }
      return (member.name, JSONObject(file: file, members: members, path: "\(path)\(member.name)."))
    }
  }

  /// An integer, a list of integers, or nothing.
  func oneOrMoreIntegers(_ name: String) throws -> [Int] {
    if case .integer(let one)? = value(name) { return [one] }
    return try list(name, "a whole number or a list of them", \.integer) ?? []
  }

  private func value(_ name: String) -> JSONValue? {
    // Of a repeated field the last counts, as in other readers.
    let value = members.last { $0.name == name }?.value
    return value == .null ? nil : value
  }

  private func field<Value>(_ name: String, _ kind: String, _ read: (JSONValue) -> Value?) throws -> Value? {
    guard let value = value(name) else { return nil }
    guard let result = read(value) else { throw error("'\(path)\(name)' must be \(kind)") }
    return result
  }

  private func list<Value>(_ name: String, _ kind: String, _ read: (JSONValue) -> Value?) throws -> [Value]? {
    try field(name, kind, \.list)?.map { element in
      guard let value = read(element) else { throw error("'\(path)\(name)' must be \(kind)") }
      return value
    }
  }

  private func byName<Value>(
    _ name: String, _ kind: String, _ read: (JSONValue) -> Value?
  ) throws -> [(String, Value)]? {
    try field(name, kind, \.object)?.map { member in
      guard let value = read(member.value) else {
        throw error("'\(path)\(name)' must be \(kind), and '\(member.name)' breaks that")
      }
      return (member.name, value)
    }
  }
}

extension JSONValue {
  fileprivate var string: String? { if case .string(let value) = self { value } else { nil } }
  fileprivate var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
  fileprivate var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  fileprivate var list: [JSONValue]? { if case .list(let value) = self { value } else { nil } }
  fileprivate var object: [Member]? { if case .object(let value) = self { value } else { nil } }

  fileprivate var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

extension JSONValue.SyntaxError {
  /// What the user reads.
  func named(_ file: String) -> ModelError {
    ModelError(.badInput, file: file, "not valid JSON at byte \(offset); the file is damaged or cut off, get it again")
  }
}
