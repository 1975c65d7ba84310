/// Reads JSON (RFC 8259) from its bytes: a whole value, or member by member where the whole would take too much memory.
struct JSONParser {
  typealias Failure = JSONValue.SyntaxError

  private static let deepestNesting = 64
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONValue.SyntaxError) -> JSONValue {
    let value = try value(depth: 0)
    try end()
    return value
  }

  /// Calls `body` for each member of the object that comes next, in order; `body` reads its value, with `value()`,
  /// `string()`, `skip()` or `members`.
  mutating func members(_ body: (_ name: String, inout JSONParser) throws -> Void) throws {
    skipBlanks()
    guard take("{") else { throw failure }
    skipBlanks()
    if take("}") { return }
    repeat {
      skipBlanks()
      let name = try string()
      skipBlanks()
      guard take(":") else { throw failure }
      skipBlanks()
      try body(name, &self)
      skipBlanks()
    } while take(",")
    guard take("}") else { throw failure }
  }

  /// Passes over one value without keeping it.
  mutating func skip(depth: Int = 0) throws {
    guard depth <= Self.deepestNesting else { throw failure }
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): try members { _, parser in try parser.skip(depth: depth + 1) }
    case UInt8(ascii: "["):
      index += 1
      skipBlanks()
      if take("]") { return }
      repeat {
        try skip(depth: depth + 1)
        skipBlanks()
      } while take(",")
      guard take("]") else { throw failure }
    default: _ = try value(depth: depth)
    }
  }

  /// Nothing but blanks may follow.
  mutating func end() throws(Failure) {
    skipBlanks()
    if index < bytes.count { throw failure }
  }

  /// The list of whole numbers, at most `limit`, that comes next; nil where it is anything else, which is not passed over.
  mutating func integers(atMost limit: Int) throws(Failure) -> [Int]? {
    guard take("[") else { return nil }
    var numbers: [Int] = []
    skipBlanks()
    if take("]") { return numbers }
    repeat {
      skipBlanks()
      guard next == UInt8(ascii: "-") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= next, numbers.count < limit,
        case .integer(let number) = try number()
      else { return nil }
      numbers.append(number)
      skipBlanks()
    } while take(",")
    return take("]") ? numbers : nil
  }

  /// Where what comes next is not of the kind `isRight` says, throws `error`, or the syntax error if it is no JSON.
  mutating func expect(_ isRight: Bool, orThrow error: () -> ModelError) throws {
    if isRight { return }
    try skip()
    throw error()
  }

  var isAtString: Bool { next == UInt8(ascii: "\"") }
  var isAtObject: Bool { next == UInt8(ascii: "{") }

  private var failure: Failure { Failure(offset: index) }

  /// The next byte; 0, which is no JSON, at the end.
  private var next: UInt8 { index < bytes.count ? bytes[index] : 0 }

  private mutating func skipBlanks() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0a, 0x0d: index += 1
      default: return
      }
    }
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    guard depth <= Self.deepestNesting else { throw failure }
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .list(try elements(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .boolean(true))
    case UInt8(ascii: "f"): return try literal("false", .boolean(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return try number()
    }
  }

  private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
    let spelling = Array("\(word)".utf8)
    guard bytes[index...].starts(with: spelling) else { throw failure }
    index += spelling.count
    return value
  }

  private mutating func members(depth: Int) throws(Failure) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    index += 1
    skipBlanks()
    if take("}") { return members }
    repeat {
      skipBlanks()
      let name = try string()
      skipBlanks()
      guard take(":") else { throw failure }
      members.append(.init(name: name, value: try value(depth: depth + 1)))
      skipBlanks()
    } while take(",")
    guard take("}") else { throw failure }
    return members
  }

  private mutating func elements(depth: Int) throws(Failure) -> [JSONValue] {
    var elements: [JSONValue] = []
    index += 1
    skipBlanks()
    if take("]") { return elements }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipBlanks()
    } while take(",")
    guard take("]") else { throw failure }
    return elements
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard UInt32(next) == scalar.value else { return false }
    index += 1
    return true
  }

  mutating func string() throws(Failure) -> String {
    guard take("\"") else { throw failure }
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\"),
      bytes[index] >= 0x20
    {
      index += 1
    }
    if next == UInt8(ascii: "\"") {
      index += 1
      return try text(bytes[start..<(index - 1)])
    }
    var unescaped = Array(bytes[start..<index])
    while !take("\"") {
      if take("\\") {
        try appendEscape(to: &unescaped)
      } else {
        guard next >= 0x20 else { throw failure }
        unescaped.append(next)
        index += 1
      }
    }
    return try text(unescaped[...])
  }

  private func text(_ utf8: ArraySlice<UInt8>) throws(Failure) -> String {
    guard let text = String(validating: utf8, as: UTF8.self) else { throw failure }
    return text
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(Failure) {
    let kind = next
    index += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = UInt32(try codeUnit())
      if 0xd800..<0xdc00 ~= code, take("\\"), take("u") {
        let low = UInt32(try codeUnit())
        guard 0xdc00..<0xe000 ~= low else { throw failure }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure }
      text += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    default: throw failure
    }
  }

  private mutating func codeUnit() throws(Failure) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(next)).hexDigitValue else { throw failure }
      unit = unit << 4 | UInt16(digit)
      index += 1
    }
    return unit
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let start = index
    _ = take("-")
    if !take("0") { try digits() }
    var isWhole = true
    if take(".") {
      isWhole = false
      try digits()
    }
    if take("e") || take("E") {
      isWhole = false
      if !take("+") { _ = take("-") }
      try digits()
    }
    let spelling = String(decoding: bytes[start..<index], as: UTF8.self)
    if isWhole, let integer = Int(spelling) { return .integer(integer) }
    guard let number = Double(spelling), number.isFinite else { throw failure }
    return .number(number)
  }

  private mutating func digits() throws(Failure) {
    let start = index
    while UInt8(ascii: "0")...UInt8(ascii: "9") ~= next { index += 1 }
    if index == start { throw failure }
  }
}
