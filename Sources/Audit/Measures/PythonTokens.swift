/// Python cut into logical lines of tokens, without comments and spacing.
///
/// One pass over the bytes; whatever is no Python gives some tokens too.
struct PythonTokens {
  struct Token {
    enum Kind { case name, keyword, number, string, open, close, assignment, other }

    let kind: Kind
    let hash: UInt64
    /// Brackets open before it.
    let depth: Int

    func `is`(_ word: UInt64) -> Bool { hash == word && (kind == .keyword || kind == .other) }
  }

  /// The hashes of the words and signs that the reading of names asks for.
  enum Word {
    static let asName = ByteHash.hash("as".utf8)
    static let async = ByteHash.hash("async".utf8)
    static let classDefinition = ByteHash.hash("class".utf8)
    static let colon = ByteHash.hash(":".utf8)
    static let comma = ByteHash.hash(",".utf8)
    static let definition = ByteHash.hash("def".utf8)
    static let dot = ByteHash.hash(".".utf8)
    static let forLoop = ByteHash.hash("for".utf8)
    static let inside = ByteHash.hash("in".utf8)
    static let lambda = ByteHash.hash("lambda".utf8)
    static let star = ByteHash.hash("*".utf8)
    static let walrus = ByteHash.hash(":=".utf8)
  }

  /// A statement; one that spans lines, in brackets or after a backslash, is one line.
  struct Line {
    /// Columns before the first token.
    let indentation: Int
    var tokens: [Token] = []

    /// A statement of strings alone does nothing.
    var isDocstring: Bool { tokens.allSatisfy { $0.kind == .string } }

    /// Whether the name at `index` is an attribute, or the keyword of an argument, which no renaming touches.
    func keepsName(at index: Int) -> Bool {
      if index > 0, tokens[index - 1].is(Word.dot) { return true }
      guard tokens[index].depth > 0, index + 1 < tokens.count, tokens[index + 1].kind == .assignment else {
        return false
      }
      return tokens.first.map { !$0.is(Word.definition) && !$0.is(Word.async) } ?? true
    }
  }

  private(set) var lines: [Line] = []
  private let bytes: ArraySlice<UInt8>
  private var place: Int
  private var depth = 0

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
    while place < bytes.endIndex { readLine() }
  }

  private func byte(at index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }

  private mutating func readLine() {
    var line = Line(indentation: readIndentation())
    depth = 0
    loop: while let byte = byte(at: place) {
      switch byte {
      case UInt8(ascii: "\n"):
        place += 1
        if depth == 0 { break loop }
      case UInt8(ascii: ";") where depth == 0:
        place += 1
        append(line)
        line = Line(indentation: line.indentation)
      case UInt8(ascii: "#"):
        place = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      case UInt8(ascii: "\\") where self.byte(at: place + 1) == UInt8(ascii: "\n"): place += 2
      case ...0x20: place += 1
      default: line.tokens.append(readToken(byte))
      }
    }
    append(line)
  }

  private mutating func append(_ line: Line) {
    if !line.tokens.isEmpty { lines.append(line) }
  }

  /// Blanks count one column, a tab reaches the next multiple of eight.
  private mutating func readIndentation() -> Int {
    var column = 0
    while let byte = byte(at: place), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
      column = byte == UInt8(ascii: " ") ? column + 1 : (column / 8 + 1) * 8
      place += 1
    }
    return column
  }

  private mutating func readToken(_ byte: UInt8) -> Token {
    let start = place
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return readString(prefix: [])
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      while let next = self.byte(at: place), Self.isWord(next) || next == UInt8(ascii: ".") { place += 1 }
      return Token(kind: .number, hash: ByteHash.hash(bytes[start..<place]), depth: depth)
    case _ where Self.isWord(byte):
      while let next = self.byte(at: place), Self.isWord(next) { place += 1 }
      let word = bytes[start..<place]
      if let quote = self.byte(at: place), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"), word.count <= 2 {
        return readString(prefix: word)
      }
      let hash = ByteHash.hash(word)
      return Token(kind: Self.keywords.contains(hash) ? .keyword : .name, hash: hash, depth: depth)
    default: return readSign(byte)
    }
  }

  private mutating func readSign(_ byte: UInt8) -> Token {
    let next = self.byte(at: place + 1)
    place += 1
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      defer { depth += 1 }
      return Token(kind: .open, hash: UInt64(byte), depth: depth)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      depth = max(0, depth - 1)
      return Token(kind: .close, hash: UInt64(byte), depth: depth)
    case UInt8(ascii: "=") where next != UInt8(ascii: "="):
      return Token(kind: .assignment, hash: UInt64(byte), depth: depth)
    case _ where next == UInt8(ascii: "="):
      // ==, <=, +=, := and the like are one sign; of these += and its kin assign as = does.
      place += 1
      let isAssignment = "+-*/%&|^@".utf8.contains(byte)
      let hash = ByteHash.hash([byte, UInt8(ascii: "=")])
      return Token(kind: isAssignment ? .assignment : .other, hash: hash, depth: depth)
    default: return Token(kind: .other, hash: ByteHash.hash(CollectionOfOne(byte)), depth: depth)
    }
  }

  /// A string that ends at its quote, or with its line, or, in three quotes, at these or the end of the text.
  private mutating func readString(prefix: ArraySlice<UInt8>) -> Token {
    let quote = bytes[place]
    let isTriple = byte(at: place + 1) == quote && byte(at: place + 2) == quote
    place += isTriple ? 3 : 1
    let start = place
    var end = place
    while let next = byte(at: place) {
      end = place
      if next == UInt8(ascii: "\\") {
        place = min(place + 2, bytes.endIndex)
        end = place
        continue
      }
      if next == quote, !isTriple || byte(at: place + 1) == quote && byte(at: place + 2) == quote {
        place += isTriple ? 3 : 1
        break
      }
      if next == UInt8(ascii: "\n"), !isTriple { break }
      place += 1
      end = place
    }
    // u"…" is "…"; the case of a prefix says nothing.
    let kind = prefix.map { $0 | 0x20 }.filter { $0 != UInt8(ascii: "u") }
    return Token(kind: .string, hash: ByteHash.hash(kind + [0] + bytes[start..<end]), depth: depth)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  private static let keywords = Set(
    """
    False None True and as assert async await break class continue def del elif else except finally for from global if \
    import in is lambda nonlocal not or pass raise return try while with yield
    """.split(separator: " ").map { ByteHash.hash($0.utf8) })
}
