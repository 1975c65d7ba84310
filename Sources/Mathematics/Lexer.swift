/// Splits an answer into tokens, over its UTF-8 bytes.
struct Lexer {
  private let bytes: [UInt8]
  private var position = 0
  private var tokens: [Token] = []
  /// Open `(`, `[` and `\{`: between them `20,100` is two numbers.
  private var bracketDepth = 0
  private let joinsPlainGroups: Bool
  /// Whether a comma without LaTeX's marks was taken for a thousands separator.
  private(set) var joinedPlainGroups = false

  /// - Parameter joinsPlainGroups: Whether `1,234` is one number.
  init(_ bytes: [UInt8], joinsPlainGroups: Bool) {
    self.bytes = bytes
    self.joinsPlainGroups = joinsPlainGroups
  }

  mutating func run() throws(Obstacle) -> [Token] {
    tokens.reserveCapacity(bytes.count / 2 + 1)
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t") || byte == 13
        || byte == UInt8(ascii: "~") || byte == UInt8(ascii: "$")
      {
        // A dollar sign is a mark of mathematics or of money, and neither changes the value.
        position += 1
      } else {
        try scan(byte)
      }
    }
    return tokens
  }

  private mutating func emit(_ kind: Token.Kind, _ spelling: String = "") {
    tokens.append(Token(kind: kind, spelling: spelling))
  }

  private mutating func scan(_ byte: UInt8) throws(Obstacle) {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      number()
    case UInt8(ascii: ".") where isDigit(position + 1):
      number()
    case UInt8(ascii: "."):
      throw .unreadable("a full stop inside the answer")
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
      word()
    case UInt8(ascii: "\\"):
      try command()
    case UInt8(ascii: "="):
      position += 1
      if peek("=") { position += 1 }
      emit(.sign(.equal))
    case UInt8(ascii: "<"), UInt8(ascii: ">"):
      position += 1
      let orEqual = peek("=")
      if orEqual { position += 1 }
      let sign: Expression.Sign =
        byte == UInt8(ascii: "<") ? (orEqual ? .lessOrEqual : .less) : (orEqual ? .greaterOrEqual : .greater)
      emit(.sign(sign))
    case UInt8(ascii: "!") where peek("=", after: 1):
      position += 2
      emit(.sign(.unequal))
    case UInt8(ascii: "*"):
      position += 1
      // Two asterisks are a power between values and bold type at an edge.
      guard peek("*") else { return emit(.mark("*")) }
      position += 1
      if !tokens.isEmpty, position < bytes.count { emit(.mark("^")) }
    case UInt8(ascii: "("), UInt8(ascii: "["):
      position += 1
      bracketDepth += 1
      emit(.mark(byte))
    case UInt8(ascii: ")"), UInt8(ascii: "]"):
      position += 1
      bracketDepth -= 1
      emit(.mark(byte))
    case UInt8(ascii: ","), UInt8(ascii: ";"):
      position += 1
      emit(.separator)
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "^"), UInt8(ascii: "_"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: ":"), UInt8(ascii: "!"), UInt8(ascii: "%"),
      UInt8(ascii: "&"), UInt8(ascii: "'"):
      position += 1
      emit(.mark(byte))
    case 0x80...:
      try scalar()
    default:
      throw .unreadable("the character `\(Unicode.Scalar(byte))`")
    }
  }

  // MARK: Numbers

  private mutating func number() {
    var digits: [UInt8] = []
    readDigits(into: &digits)
    if (1...3).contains(digits.count) {
      while let next = groupStart() {
        position = next
        readDigits(into: &digits)
      }
    }
    if peek("."), isDigit(position + 1) {
      digits.append(UInt8(ascii: "."))
      position += 1
      readDigits(into: &digits)
      readPeriod(into: &digits)
    } else if peek("."), Array("\\overline{".utf8).elementsEqual(bytes[(position + 1)...].prefix(10)) {
      digits.append(UInt8(ascii: "."))
      position += 1
      readPeriod(into: &digits)
    }
    emit(.number, String(decoding: digits, as: UTF8.self))
  }

  /// The digits that repeat, `0.1\overline{6}`: spelled `0.1(6`.
  private mutating func readPeriod(into digits: inout [UInt8]) {
    guard Array("\\overline{".utf8).elementsEqual(bytes[position...].prefix(10)) else { return }
    let start = position + 10
    guard let end = bytes[start...].firstIndex(where: { !(48...57).contains($0) }), end > start, at(end, "}") else {
      return
    }
    digits.append(UInt8(ascii: "("))
    digits += bytes[start..<end]
    position = end + 1
  }

  private mutating func readDigits(into digits: inout [UInt8]) {
    while isDigit(position) {
      digits.append(bytes[position])
      position += 1
    }
  }

  /// Where the next group of three digits starts, if a thousands separator stands here.
  private mutating func groupStart() -> Int? {
    var index = position
    var commas = 0
    var thinSpaces = 0
    var spaces = 0
    scanning: while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: ","): commas += 1
      case UInt8(ascii: " "): spaces += 1
      case UInt8(ascii: "{") where at(index + 1, ",") && at(index + 2, "}"):
        commas += 1
        thinSpaces += 1
        index += 2
      case UInt8(ascii: "\\") where at(index + 1, "!") || at(index + 1, ","):
        thinSpaces += 1
        index += 1
      default: break scanning
      }
      index += 1
    }
    guard commas <= 1, commas + thinSpaces + spaces > 0, isDigit(index), isDigit(index + 1), isDigit(index + 2),
      !isDigit(index + 3)
    else { return nil }
    if thinSpaces > 0 { return index }
    guard joinsPlainGroups, bracketDepth <= 0, commas + spaces == 1 else { return nil }
    joinedPlainGroups = true
    return index
  }

  // MARK: Words

  private mutating func word() {
    let start = position
    while position < bytes.count, isLetter(bytes[position]) { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    let followsValue =
      switch tokens.last?.kind {
      case .number, .command, .mark(UInt8(ascii: "}")), .mark(UInt8(ascii: ")")), .text: true
      default: false
      }
    if word.utf8.count > 1 {
      if followsValue, Unit.named(word.lowercased()) != nil { return emit(.text(word)) }
      if let kind = Vocabulary.plainWords[word] ?? Vocabulary.plainWords[word.lowercased()] {
        return emit(kind)
      }
      if word.utf8.count > 3 || Vocabulary.shortWords.contains(word.lowercased()) { return emit(.text(word)) }
    }
    for byte in bytes[start..<position] {
      emit(.letter, String(Unicode.Scalar(byte)))
    }
  }

  private mutating func command() throws(Obstacle) {
    position += 1
    guard position < bytes.count else { return }
    let start = position
    while position < bytes.count, isLetter(bytes[position]) { position += 1 }
    guard position > start else {
      position += 1
      return controlSymbol(bytes[start])
    }
    let name = String(decoding: bytes[start..<position], as: UTF8.self)
    if Vocabulary.ignored.contains(name) {
      // The invisible delimiter of `\left.` and `\right.`.
      if name == "left" || name == "right", peek(".") { position += 1 }
      return
    }
    if Vocabulary.textCommands.contains(name), let content = group() {
      let word = String(decoding: bytes[content], as: UTF8.self)
      return try text(word, upright: name != "text" && name != "mbox")
    }
    if Vocabulary.groupsToSkip.contains(name) {
      _ = group()
      return
    }
    if let kind = Vocabulary.commands[name] { return emit(kind) }
    emit(.command(name))
  }

  private mutating func controlSymbol(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "{"):
      bracketDepth += 1
      emit(.command("{"))
    case UInt8(ascii: "}"):
      bracketDepth -= 1
      emit(.command("}"))
    case UInt8(ascii: "$"): emit(.currency("dollar"))
    case UInt8(ascii: "%"): emit(.mark("%"))
    case UInt8(ascii: "\\"): emit(.rowEnd)
    case UInt8(ascii: "|"): emit(.mark("|"))
    case UInt8(ascii: "&"): emit(.mark("&"))
    default: break  // Spaces: \, \; \: \! and the delimiters \( \) \[ \].
    }
  }

  /// The words of a text command: a separator, a number, a letter or words.
  private mutating func text(_ word: String, upright: Bool) throws(Obstacle) {
    let trimmed = TextForm.trimmed(word)
    let utf8 = Array(trimmed.utf8)
    if utf8.isEmpty { return }
    if let kind = Vocabulary.separators[trimmed.lowercased()] { return emit(kind) }
    if utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 || $0 == 44 || $0 == 45 }) {
      var inner = Lexer(utf8, joinsPlainGroups: joinsPlainGroups)
      tokens += try inner.run()
      return
    }
    if upright, utf8.count == 1, isLetter(utf8[0]) { return emit(.letter, trimmed) }
    if upright, let kind = Vocabulary.plainWords[trimmed] { return emit(kind) }
    emit(.text(trimmed))
  }

  /// The content of the braces that open here; nil where they do not, or do not close.
  private mutating func group() -> Range<Int>? {
    var index = position
    while at(index, " ") { index += 1 }
    guard at(index, "{") else { return nil }
    var depth = 0
    let start = index + 1
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "{") { depth += 1 }
      if bytes[index] == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 {
        position = index + 1
        return start..<index
      }
      index += 1
    }
    return nil
  }

  private mutating func scalar() throws(Obstacle) {
    let length = bytes[position] >= 0xf0 ? 4 : bytes[position] >= 0xe0 ? 3 : 2
    let end = min(position + length, bytes.count)
    let character = String(decoding: bytes[position..<end], as: UTF8.self)
    position = end
    guard let kinds = Vocabulary.characters[character] else { throw .unreadable("the character `\(character)`") }
    for kind in kinds { emit(kind.0, kind.1) }
  }

  // MARK: Bytes

  private func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
  private func isDigit(_ index: Int) -> Bool { index < bytes.count && (48...57).contains(bytes[index]) }
  private func at(_ index: Int, _ character: Unicode.Scalar) -> Bool {
    index < bytes.count && bytes[index] == UInt8(ascii: character)
  }
  private func peek(_ character: Unicode.Scalar, after offset: Int = 0) -> Bool { at(position + offset, character) }
}
