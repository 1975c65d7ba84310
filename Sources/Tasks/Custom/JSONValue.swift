/// Any JSON value: a row whose fields are known only when it is read.
enum JSONValue: Codable, Sendable, Hashable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {  // Each try? below: it is a value of another kind.
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let flag): try container.encode(flag)
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .list(let list): try container.encode(list)
    case .object(let object): try container.encode(object)
    }
  }

  /// The value at `path`, whose parts are separated by dots; a field whose own name holds the dots goes first.
  func value(at path: String) -> JSONValue? {
    guard case .object(let fields) = self else { return nil }
    if let value = fields[path] { return value }
    let parts = path.split(separator: ".", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    return fields[String(parts[0])]?.value(at: String(parts[1]))
  }

  /// A text, or a number as a text.
  var text: String? {
    switch self {
    case .text(let text): text
    case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
    default: nil
    }
  }
}
