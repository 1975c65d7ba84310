/// Python's operations on texts, by Unicode characters and byte for byte.
enum TemplateText {
  /// Byte offsets at which `part` stands in `text`, without overlap, at most `limit` of them.
  static func occurrences(of part: String, in text: String, limit: Int = .max) -> [Int] {
    let bytes = Array(text.utf8)
    return Array(Array(part.utf8).occurrences(in: bytes, 0..<bytes.count).prefix(limit)).map(\.lowerBound)
  }

  static func replaced(_ old: String, by new: String, in text: String, limit: Int) -> String {
    guard !old.isEmpty else { return text }
    return split(text, at: old, limit: limit).joined(separator: new)
  }

  /// At most `limit` cuts.
  static func split(_ text: String, at separator: String, limit: Int) -> [String] {
    let bytes = Array(text.utf8)
    var parts: [String] = []
    var start = 0
    for place in occurrences(of: separator, in: text, limit: limit) {
      parts.append(String(decoding: bytes[start..<place], as: UTF8.self))
      start = place + separator.utf8.count
    }
    return parts + [String(decoding: bytes[start...], as: UTF8.self)]
  }

  /// At runs of white space, which are left out; at most `limit` cuts.
  static func splitAtWhitespace(_ text: String, limit: Int) -> [String] {
    var parts: [String] = []
    var rest = text.unicodeScalars.drop { isSpace($0) }
    while !rest.isEmpty {
      if parts.count == limit {
        parts.append(String(String.UnicodeScalarView(rest)).strippedAtEnd())
        break
      }
      let word = rest.prefix { !isSpace($0) }
      parts.append(String(String.UnicodeScalarView(word)))
      rest = rest[word.endIndex...].drop { isSpace($0) }
    }
    return parts
  }

  /// Without the characters of `set`, or white space where it is nil, at either end.
  static func stripped(_ text: String, of set: String?, left: Bool, right: Bool) -> String {
    let characters = set.map { Set($0.unicodeScalars) }
    func goes(_ scalar: Unicode.Scalar) -> Bool { characters?.contains(scalar) ?? isSpace(scalar) }
    var rest = text.unicodeScalars[...]
    if left { rest = rest.drop(while: goes) }
    while right, let last = rest.last, goes(last) { rest.removeLast() }
    return String(String.UnicodeScalarView(rest))
  }

  /// Python counts four separators among the controls as white space.
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || "\u{1c}"..."\u{1f}" ~= scalar
  }

  static func capitalized(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return text }
    return first.properties.titlecaseMapping
      + String(String.UnicodeScalarView(text.unicodeScalars.dropFirst())).lowercased()
  }

  /// Every word with a capital; a word starts after what is no letter.
  static func titled(_ text: String) -> String {
    var result = ""
    var follows = false
    for scalar in text.unicodeScalars {
      result += follows ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
      follows = scalar.properties.isCased
    }
    return result
  }

  /// Python's `splitlines`.
  static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var previous: Unicode.Scalar = " "
    var isOpen = false
    for scalar in text.unicodeScalars {
      if scalar == "\n", previous == "\r" {
        previous = scalar
        continue
      }
      previous = scalar
      switch scalar {
      case "\n", "\r", "\u{b}", "\u{c}", "\u{1c}"..."\u{1e}", "\u{85}", "\u{2028}", "\u{2029}":
        lines.append(String(line))
        line.removeAll()
        isOpen = false
      default:
        line.append(scalar)
        isOpen = true
      }
    }
    return isOpen ? lines + [String(line)] : lines
  }
}

extension String {
  fileprivate func strippedAtEnd() -> String { TemplateText.stripped(self, of: nil, left: false, right: true) }
}
