/// The equations of a worked answer, in order.
public enum EquationChain {
  /// What stands in each `<<…>>`, blanks removed; in a text without any, its inline equations `a op b = c`.
  ///
  /// An inline equation joins decimal numbers by `+ - * /` (also `×`, `x`, `÷`, `−`, which are written as the former),
  /// at least two of them, and ends in `=` and a number. `$` before a number and commas between its thousands are left
  /// out, a `%` after it stays. Parentheses are not read.
  public static func equations(in text: String) -> [String] { equations(in: ArraySlice(text.utf8)) }

  static func equations(in bytes: ArraySlice<UInt8>) -> [String] {
    let annotated = annotations(in: bytes)
    if !annotated.isEmpty { return annotated }
    guard bytes.contains(UInt8(ascii: "=")) else { return [] }
    return inline(in: Array(String(decoding: bytes, as: UTF8.self).unicodeScalars))
  }

  /// An annotation does not reach over a line end, so that one cut off by the token limit swallows nothing.
  private static func annotations(in bytes: ArraySlice<UInt8>) -> [String] {
    let (opening, closing) = (UInt8(ascii: "<"), UInt8(ascii: ">"))
    var equations: [String] = []
    var start: Int?
    var index = bytes.startIndex
    while index + 1 < bytes.endIndex {
      switch (bytes[index], bytes[index + 1], start) {
      case (opening, opening, _):
        start = index + 2
        index += 2
      case (closing, closing, let from?):
        let content = bytes[from..<index].filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }
        equations.append(String(decoding: content, as: UTF8.self))
        start = nil
        index += 2
      case (0x0a, _, _):
        start = nil
        index += 1
      default: index += 1
      }
    }
    return equations
  }

  private static func inline(in scalars: [Unicode.Scalar]) -> [String] {
    var equations: [String] = []
    var index = 0
    while index < scalars.count {
      guard isNumberStart(scalars, index) else {
        index += 1
        continue
      }
      var reader = InlineEquationReader(scalars: scalars, position: index)
      if let equation = reader.equation() {
        equations.append(equation)
        index = reader.position
      } else {
        // Past this number: none of its later digits starts another.
        while index < scalars.count, isDigit(scalars[index]) { index += 1 }
      }
    }
    return equations
  }

  /// A digit that does not continue a word or a number.
  private static func isNumberStart(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard isDigit(scalars[index]) else { return false }
    guard index > 0 else { return true }
    let previous = scalars[index - 1]
    return !(previous == "." || previous == "," || previous == "_" || previous.properties.isAlphabetic)
  }

  fileprivate static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}

/// Reads one inline equation from the left.
private struct InlineEquationReader {
  let scalars: [Unicode.Scalar]
  /// The next scalar to read.
  var position: Int

  mutating func equation() -> String? {
    guard var text = number() else { return nil }
    var operations = 0
    while let symbol = symbol(of: Self.operators) {
      guard let operand = signedNumber() else { return nil }
      text += symbol + operand
      operations += 1
    }
    guard operations > 0, symbol(of: ["=": "="]) != nil, let result = signedNumber() else { return nil }
    return text + "=" + result
  }

  private static let operators: [Unicode.Scalar: String] = [
    "+": "+", "-": "-", "−": "-", "*": "*", "×": "*", "x": "*", "/": "/", "÷": "/",
  ]

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func skip(_ skipped: Unicode.Scalar...) {
    while let next, skipped.contains(next) { position += 1 }
  }

  /// The symbol that comes next, in its normal form; the position stays where there is none.
  private mutating func symbol(of symbols: [Unicode.Scalar: String]) -> String? {
    skip(" ", "\t")
    guard let next, let normal = symbols[next] else { return nil }
    position += 1
    return normal
  }

  private mutating func signedNumber() -> String? {
    skip(" ", "\t", "$")
    guard let next, next == "-" || next == "−" else { return number() }
    position += 1
    return number().map { "-" + $0 }
  }

  /// Digits, thousands commas, a decimal part and a percent sign. A closing full stop is no decimal point.
  private mutating func number() -> String? {
    skip(" ", "\t", "$")
    var text = digits()
    guard !text.isEmpty || next == "." else { return nil }
    while next == ",", hasDigit(at: position + 1) {
      position += 1
      text += digits()
    }
    if next == ".", hasDigit(at: position + 1) {
      position += 1
      text += "." + digits()
    }
    guard !text.isEmpty else { return nil }
    if next == "%" {
      position += 1
      text += "%"
    }
    return text
  }

  private mutating func digits() -> String {
    var text = String.UnicodeScalarView()
    while let next, EquationChain.isDigit(next) {
      text.append(next)
      position += 1
    }
    return String(text)
  }

  private func hasDigit(at index: Int) -> Bool {
    index < scalars.count && EquationChain.isDigit(scalars[index])
  }
}
