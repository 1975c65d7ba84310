/// Cuts a template into texts and the words of its tags.
///
/// White space is treated as transformers sets Jinja 2 up: `trim_blocks` and `lstrip_blocks`.
struct TemplateLexer {
  enum Token: Equatable {
    case text(String)
    /// `{{`, `}}`, `{%` or `%}`
    case mark(String)
    case name(String)
    case string(String)
    case integer(Int)
    case number(Double)
    case symbol(String)
  }

  static let largestSource = 1 << 20
  private static let symbols = [
    "**", "//", "==", "!=", "<=", ">=", "~", "+", "-", "*", "/", "%", "<", ">", "=", ".", ",", ":", "|", "(", ")", "[",
    "]", "{", "}",
  ]

  private let source: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  private(set) var tokens: [(token: Token, line: Int)] = []

  init(_ source: String) throws(TemplateError) {
    guard source.utf8.count <= Self.largestSource else {
      throw TemplateError("a template above \(Self.largestSource) bytes is not supported")
    }
    var scalars: [Unicode.Scalar] = []
    for scalar in source.unicodeScalars {
      // Every kind of line break is read as one line feed.
      if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
      if scalars.last == "\r" { scalars[scalars.count - 1] = "\n" }
      scalars.append(scalar)
    }
    if scalars.last == "\r" { scalars[scalars.count - 1] = "\n" }
    if scalars.last == "\n" { scalars.removeLast() }
    self.source = scalars
    try cut()
  }

  private func follows(_ text: String, at place: Int? = nil) -> Bool {
    source[min(place ?? index, source.count)...].starts(with: text.unicodeScalars)
  }

  private mutating func advance(_ count: Int) {
    for _ in 0..<count where index < source.count {
      if source[index] == "\n" { line += 1 }
      index += 1
    }
  }

  private mutating func skipWhitespace() {
    while index < source.count, source[index].properties.isWhitespace { advance(1) }
  }

  private mutating func cut() throws(TemplateError) {
    var start = 0
    var startsLine = true
    while true {
      while index < source.count, !(follows("{{") || follows("{%") || follows("{#")) { advance(1) }
      var text = source[start..<index]
      guard index < source.count else {
        append(text)
        return
      }
      let kind = source[index + 1]
      let sign = index + 2 < source.count ? source[index + 2] : " "
      if sign == "-" {
        while let last = text.last, last.properties.isWhitespace { text.removeLast() }
      } else if sign != "+", kind != "{" {
        // White space between the start of the line and the tag goes.
        let lineStart = text.lastIndex(of: "\n").map { $0 + 1 } ?? (startsLine ? text.startIndex : nil)
        if let lineStart, text[lineStart...].allSatisfy({ $0.properties.isWhitespace }) { text = text[..<lineStart] }
      }
      append(text)
      advance(2)
      if sign == "-" || sign == "+" { advance(1) }
      switch kind {
      case "#": try skipComment()
      case "{": try cutTag("}}")
      default: try cutTag("%}")
      }
      start = index
      startsLine = index > 0 && source[index - 1] == "\n"
    }
  }

  private mutating func append(_ text: ArraySlice<Unicode.Scalar>) {
    guard !text.isEmpty else { return }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text)
    tokens.append((.text(String(view)), line))
  }

  private mutating func skipComment() throws(TemplateError) {
    let start = line
    while !follows("#}") {
      guard index < source.count else { throw TemplateError("the comment is not closed by '#}'", line: start) }
      advance(1)
    }
    let stripsAll = source[index - 1] == "-"
    let keepsLineFeed = source[index - 1] == "+"
    advance(2)
    close(stripsAll: stripsAll, trimsLineFeed: !keepsLineFeed)
  }

  private mutating func close(stripsAll: Bool, trimsLineFeed: Bool) {
    if stripsAll { skipWhitespace() } else if trimsLineFeed, follows("\n") { advance(1) }
  }

  private mutating func cutTag(_ end: String) throws(TemplateError) {
    let start = line
    var open: [Unicode.Scalar] = []
    tokens.append((.mark(end == "}}" ? "{{" : "{%"), line))
    while true {
      skipWhitespace()
      guard index < source.count else { throw TemplateError("the tag is not closed by '\(end)'", line: start) }
      if open.isEmpty {
        for sign in ["-", "+", ""] where (sign != "+" || end == "%}") && follows(sign + end) {
          tokens.append((.mark(end), line))
          advance(sign.unicodeScalars.count + 2)
          close(stripsAll: sign == "-", trimsLineFeed: sign.isEmpty && end == "%}")
          return
        }
      }
      let scalar = source[index]
      switch scalar {
      case "'", "\"": try cutString(scalar)
      case "0"..."9": try cutNumber()
      case "a"..."z", "A"..."Z", "_": cutName()
      default:
        guard let symbol = Self.symbols.first(where: { follows($0) }) else {
          throw TemplateError("'\(scalar)' is not expected in a tag", line: line)
        }
        switch scalar {
        case "(": open.append(")")
        case "[": open.append("]")
        case "{": open.append("}")
        case ")", "]", "}":
          guard open.popLast() == scalar else { throw TemplateError("'\(scalar)' closes nothing", line: line) }
        default: break
        }
        tokens.append((.symbol(symbol), line))
        advance(symbol.unicodeScalars.count)
      }
    }
  }

  private mutating func cutName() {
    var name = String.UnicodeScalarView()
    while index < source.count, source[index].isASCII,
      source[index] == "_" || Character(source[index]).isLetter || Character(source[index]).isNumber
    {
      name.append(source[index])
      advance(1)
    }
    tokens.append((.name(String(name)), line))
  }

  private mutating func cutNumber() throws(TemplateError) {
    var spelling = cutDigits()
    var isWhole = true
    if follows("."), isDigit(index + 1) {
      advance(1)
      spelling += "." + cutDigits()
      isWhole = false
    }
    if follows("e") || follows("E") {
      let sign = follows("+", at: index + 1) ? "+" : follows("-", at: index + 1) ? "-" : ""
      if isDigit(index + 1 + sign.count) {
        advance(1 + sign.count)
        spelling += "e" + sign + cutDigits()
        isWhole = false
      }
    }
    if isWhole, let value = Int(spelling) {
      tokens.append((.integer(value), line))
    } else if !isWhole, let value = Double(spelling) {
      tokens.append((.number(value), line))
    } else {
      throw TemplateError("the number \(spelling.prefix(40)) is not supported", line: line)
    }
  }

  private func isDigit(_ place: Int) -> Bool { place < source.count && "0"..."9" ~= source[place] }

  private mutating func cutDigits() -> String {
    var digits = ""
    while isDigit(index) || (follows("_") && isDigit(index + 1)) {
      if source[index] != "_" { digits.unicodeScalars.append(source[index]) }
      advance(1)
    }
    return digits
  }

  private mutating func cutString(_ quote: Unicode.Scalar) throws(TemplateError) {
    let start = line
    var text = String.UnicodeScalarView()
    advance(1)
    while index < source.count, source[index] != quote {
      if source[index] == "\\" {
        text.append(contentsOf: try escape().unicodeScalars)
      } else {
        text.append(source[index])
        advance(1)
      }
    }
    guard index < source.count else { throw TemplateError("the string is not closed", line: start) }
    advance(1)
    tokens.append((.string(String(text)), start))
  }

  private mutating func escape() throws(TemplateError) -> String {
    advance(1)
    guard index < source.count else { throw TemplateError("the string is not closed", line: line) }
    let kind = source[index]
    advance(1)
    switch kind {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "b": return "\u{8}"
    case "f": return "\u{c}"
    case "v": return "\u{b}"
    case "a": return "\u{7}"
    case "\\", "'", "\"": return String(Character(kind))
    case "\n": return ""
    case "x": return try character(digits: 2)
    case "u": return try character(digits: 4)
    case "U": return try character(digits: 8)
    case "0"..."9", "N": throw TemplateError("the escape '\\\(kind)' is not supported", line: line)
    // Python leaves an unknown escape as it stands.
    default: return "\\" + String(Character(kind))
    }
  }

  private mutating func character(digits: Int) throws(TemplateError) -> String {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard index < source.count, let digit = Character(source[index]).hexDigitValue, value < 1 << 28 else {
        throw TemplateError("a character by an invalid number", line: line)
      }
      value = value << 4 | UInt32(digit)
      advance(1)
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw TemplateError("a character by an invalid number", line: line)
    }
    return String(Character(scalar))
  }
}
