/// The equations in an answer, with whether their arithmetic holds.
///
/// An equation is what stands in `<<…>>`, or in a text without any an inline `a op b = c`, as the audit reads them
/// (`EquationChain`). Its left side is computed with the usual precedence.
package struct EquationMarks: Sendable {
  package struct Mark: Sendable, Hashable {
    package let range: Range<String.Index>
    /// nil where a side is no arithmetic of numbers.
    package let holds: Bool?
  }

  /// Disjoint, ascending.
  package let marks: [Mark]

  package init(_ text: String) {
    let annotated = Self.annotated(text)
    marks = annotated.isEmpty ? Self.inline(text) : annotated
  }

  /// Whether `left = right` holds: to the decimals that the right side gives, or within 10⁻⁹ of its size.
  static func holds(_ equation: Substring) -> Bool? {
    let sides = equation.split(separator: "=", omittingEmptySubsequences: false)
    guard sides.count == 2, let right = Arithmetic.value(sides[1]), let left = Arithmetic.value(sides[0]) else {
      return nil
    }
    let digits = sides[1].split(separator: ".", maxSplits: 1)
    let decimals = digits.count == 2 ? digits[1].count(where: \.isNumber) : 0
    var unit = 1.0
    for _ in 0..<min(decimals, 15) { unit /= 10 }
    // A whole number is meant exactly; one with decimals may be rounded.
    let tolerance = max(decimals > 0 ? unit / 2 * 1.0001 : 0, 1e-9 * max(1, left.magnitude))
    return (left - right).magnitude <= tolerance
  }

  private static func annotated(_ text: String) -> [Mark] {
    var found: [Mark] = []
    var open: String.Index?
    let bytes = text.utf8
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let next = bytes.index(after: position)
      let pair = next < bytes.endIndex ? (bytes[position], bytes[next]) : (bytes[position], 0)
      if pair == (UInt8(ascii: "<"), UInt8(ascii: "<")) {
        // Of three in a row, the last two open.
        open = position
        position = next
      } else if pair == (UInt8(ascii: ">"), UInt8(ascii: ">")), let start = open {
        let end = bytes.index(after: next)
        let content = text[bytes.index(start, offsetBy: 2)..<position]
        found.append(Mark(range: start..<end, holds: holds(content)))
        open = nil
        position = end
      } else {
        if bytes[position] == UInt8(ascii: "\n") { open = nil }
        position = next
      }
    }
    return found
  }

  /// Numbers joined by operators, then `=` and a number.
  private static func inline(_ text: String) -> [Mark] {
    var found: [Mark] = []
    var scanner = InlineScanner(text)
    while let range = scanner.next() { found.append(Mark(range: range, holds: holds(text[range]))) }
    return found
  }
}

/// Finds `a op b = c` in a text.
private struct InlineScanner {
  private let text: String
  private var position: String.Index

  init(_ text: String) {
    self.text = text
    position = text.startIndex
  }

  mutating func next() -> Range<String.Index>? {
    while let start = text[position...].firstIndex(where: { $0.isASCII && $0.isNumber || $0 == "$" }) {
      var cursor = start
      guard number(&cursor) else {
        position = text.index(after: start)
        continue
      }
      position = cursor
      var operators = 0
      while true {
        var ahead = cursor
        blanks(&ahead)
        guard ahead < text.endIndex, Arithmetic.operators.contains(text[ahead]) else { break }
        ahead = text.index(after: ahead)
        blanks(&ahead)
        guard number(&ahead) else { break }
        cursor = ahead
        operators += 1
      }
      guard operators > 0 else { continue }
      position = cursor
      blanks(&cursor)
      guard cursor < text.endIndex, text[cursor] == "=" else { continue }
      cursor = text.index(after: cursor)
      blanks(&cursor)
      guard number(&cursor) else { continue }
      position = cursor
      return start..<cursor
    }
    return nil
  }

  private func blanks(_ cursor: inout String.Index) {
    while cursor < text.endIndex, text[cursor] == " " { cursor = text.index(after: cursor) }
  }

  private func number(_ cursor: inout String.Index) -> Bool {
    var ahead = cursor
    if ahead < text.endIndex, text[ahead] == "$" { ahead = text.index(after: ahead) }
    let start = ahead
    while ahead < text.endIndex {
      let character = text[ahead]
      if character.isASCII, character.isNumber {
        ahead = text.index(after: ahead)
      } else if character == "." || character == ",", ahead > start {
        let next = text.index(after: ahead)
        guard next < text.endIndex, text[next].isASCII, text[next].isNumber else { break }
        ahead = next
      } else {
        break
      }
    }
    guard ahead > start else { return false }
    if ahead < text.endIndex, text[ahead] == "%" { ahead = text.index(after: ahead) }
    cursor = ahead
    return true
  }
}

/// Arithmetic of decimal numbers by recursive descent, bounded in depth and length.
enum Arithmetic {
  static let operators: Set<Character> = ["+", "-", "−", "*", "×", "x", "/", "÷"]

  /// nil where the text is anything else, or divides by 0.
  static func value(_ text: Substring) -> Double? {
    let characters = text.prefix(200).filter { !$0.isWhitespace && $0 != "$" && $0 != "," }
    guard text.count <= 200, !characters.isEmpty else { return nil }
    var parser = Parser(rest: Array(characters)[...])
    guard let value = parser.sum(0), parser.rest.isEmpty, value.isFinite else { return nil }
    return value
  }

  private struct Parser {
    var rest: ArraySlice<Character>

    mutating func sum(_ depth: Int) -> Double? {
      guard var value = product(depth) else { return nil }
      while let sign = rest.first, sign == "+" || sign == "-" || sign == "−" {
        rest = rest.dropFirst()
        guard let term = product(depth) else { return nil }
        value += sign == "+" ? term : -term
      }
      return value
    }

    mutating func product(_ depth: Int) -> Double? {
      guard var value = factor(depth) else { return nil }
      while let sign = rest.first, ["*", "×", "x", "/", "÷"].contains(sign) {
        rest = rest.dropFirst()
        guard let term = factor(depth) else { return nil }
        if sign == "/" || sign == "÷" {
          guard term != 0 else { return nil }
          value /= term
        } else {
          value *= term
        }
      }
      return value
    }

    mutating func factor(_ depth: Int) -> Double? {
      guard depth < 32, let first = rest.first else { return nil }
      if first == "-" || first == "−" {
        rest = rest.dropFirst()
        return factor(depth + 1).map { -$0 }
      }
      if first == "(" {
        rest = rest.dropFirst()
        guard let value = sum(depth + 1), rest.first == ")" else { return nil }
        rest = rest.dropFirst()
        return value
      }
      let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      guard let number = Double(String(digits)) else { return nil }
      rest = rest.dropFirst(digits.count)
      if rest.first == "%" {
        rest = rest.dropFirst()
        return number / 100
      }
      return number
    }
  }
}
