/// A worked answer as the readers want it: this question's answer only, without calculator annotations and typesetting.
///
/// One pass, linear in the text whatever it holds.
struct AnswerText {
  private let source: [Unicode.Scalar]
  private var position = 0
  private var output: [Unicode.Scalar] = []

  static func cleaned(_ text: String) -> [Unicode.Scalar] {
    var cleaner = AnswerText(text)
    cleaner.run()
    return cleaner.output
  }

  private init(_ text: String) {
    source = Array(text.unicodeScalars)
    output.reserveCapacity(source.count)
  }

  private mutating func run() {
    while position < source.count {
      switch source[position] {
      case "\n":
        // A model that goes on invents the next question.
        if has("\nQuestion:") || has("\nQ:") { return }
        copy()
      case "\r" where has("\r\n"): position += 1
      case "<" where has("<<"):
        position += 2
        while position < source.count, !has(">>") { position += 1 }
        // An annotation cut off in the middle has taken the rest of the text with it.
        position = min(position + 2, source.count)
      case "*" where has("**"): skipAsterisks()
      case "\u{2212}", "\u{2013}": replace(1, with: "-")
      case "\u{a0}", "\u{202f}": replace(1, with: " ")
      case "{" where has("{,}"): replace(3, with: ",")
      case "\\": readCommand()
      default: copy()
      }
    }
  }

  private func has(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard position + count <= source.count else { return false }
    return text.withUTF8Buffer { bytes in
      for offset in 0..<count where unsafe source[position + offset].value != UInt32(bytes[offset]) { return false }
      return true
    }
  }

  private mutating func copy() {
    output.append(source[position])
    position += 1
  }

  private mutating func replace(_ count: Int, with scalar: Unicode.Scalar?) {
    if let scalar { output.append(scalar) }
    position += count
  }

  /// An asterisk pair between digits is a power, elsewhere bold type.
  private mutating func skipAsterisks() {
    let reach = 8
    position += 2
    var before = output.count - 1
    while before >= 0, output.count - before <= reach, output[before].properties.isWhitespace { before -= 1 }
    var after = position
    while after < source.count, after - position < reach, source[after].properties.isWhitespace { after += 1 }
    guard before >= 0, Self.isDigit(output[before]), after < source.count, Self.isDigit(source[after]) else { return }
    output.removeSubrange((before + 1)...)
    output.append("^")
    position = after
  }

  /// What follows a backslash, as far as it is known: fractions of whole numbers, words, spaces and escaped signs.
  private mutating func readCommand() {
    guard position + 1 < source.count else { return copy() }
    switch source[position + 1] {
    case "!", ",": return replace(2, with: nil)
    case "$": return replace(2, with: "$")
    case "%": return replace(2, with: "%")
    case " ", "(", ")", "[", "]": return replace(2, with: " ")
    default: break
    }
    for name: StaticString in ["\\frac{", "\\dfrac{", "\\tfrac{"] where has(name) {
      var cursor = position + name.utf8CodeUnitCount
      let top = digits(&cursor)
      guard !top.isEmpty, cursor + 1 < source.count, source[cursor] == "}", source[cursor + 1] == "{" else { break }
      cursor += 2
      let bottom = digits(&cursor)
      guard !bottom.isEmpty, cursor < source.count, source[cursor] == "}" else { break }
      output += top + ["/"] + bottom
      position = cursor + 1
      return
    }
    for name: StaticString in ["\\text{", "\\mathrm{"] where has(name) {
      let start = position + name.utf8CodeUnitCount
      guard let end = source[start...].firstIndex(where: { $0 == "{" || $0 == "}" }), source[end] == "}" else { break }
      output += [" "] + source[start..<end]
      position = end + 1
      return
    }
    copy()
  }

  private func digits(_ cursor: inout Int) -> [Unicode.Scalar] {
    let start = cursor
    while cursor < source.count, Self.isDigit(source[cursor]) { cursor += 1 }
    return Array(source[start..<cursor])
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
