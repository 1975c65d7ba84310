extension TemplateValue {
  /// Python's `str`.
  ///
  /// - Parameter limit: bytes at which writing stops; a text that long is refused by the caller.
  func text(limit: Int) -> String {
    if case .string(let text) = self { return text }
    var result = ""
    appendRepresentation(to: &result, limit: limit, isOutermost: true)
    return result
  }

  /// Python's `repr`, of an undefined value nothing.
  private func appendRepresentation(to result: inout String, limit: Int, isOutermost: Bool = false) {
    guard result.utf8.count <= limit else { return }
    switch self {
    case .undefined: if !isOutermost { result += "Undefined" }
    case .none: result += "None"
    case .boolean(let value): result += value ? "True" : "False"
    case .integer(let value): result += String(value)
    case .number(let value): result += Self.pythonSpelling(value)
    case .string(let text): result += Self.quoted(text)
    case .list(let values): Self.append(values, "[", "]", to: &result, limit)
    case .tuple(let values): Self.append(values, "(", values.count == 1 ? ",)" : ")", to: &result, limit)
    case .dictionary(let members):
      result += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { result += ", " }
        result += Self.quoted(member.key) + ": "
        member.value.appendRepresentation(to: &result, limit: limit)
      }
      result += "}"
    case .namespace: result += "<Namespace>"
    case .macro, .function: result += "<function>"
    case .loop: result += "<LoopContext>"
    }
  }

  private static func append(
    _ values: [TemplateValue], _ open: String, _ close: String, to result: inout String, _ limit: Int
  ) {
    result += open
    for (index, value) in values.enumerated() {
      if index > 0 { result += ", " }
      value.appendRepresentation(to: &result, limit: limit)
    }
    result += close
  }

  /// Python writes small and large exponents in its own way and never leaves out the fraction.
  static func pythonSpelling(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value.magnitude < 1e16, value == value.rounded(), value.magnitude >= 1 || value == 0 {
      return "\(value.sign == .minus ? "-" : "")\(Int(value.magnitude)).0"
    }
    let spelling = "\(value)"
    guard let mark = spelling.firstIndex(of: "e") else { return spelling }
    var mantissa = String(spelling[..<mark])
    if mantissa.hasSuffix(".0") { mantissa.removeLast(2) }
    let exponent = spelling[spelling.index(after: mark)...]
    let digits = exponent.drop { $0 == "-" || $0 == "+" }
    return "\(mantissa)e\(exponent.hasPrefix("-") ? "-" : "+")\(digits.count < 2 ? "0" : "")\(digits)"
  }

  private static func quoted(_ text: String) -> String {
    let quote: Unicode.Scalar = text.unicodeScalars.contains("'") && !text.unicodeScalars.contains("\"") ? "\"" : "'"
    var result = String.UnicodeScalarView()
    result.append(quote)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\r": result.append(contentsOf: "\\r".unicodeScalars)
      case "\t": result.append(contentsOf: "\\t".unicodeScalars)
      case quote: result.append(contentsOf: "\\\(quote)".unicodeScalars)
      default:
        if isPrintable(scalar) {
          result.append(scalar)
        } else {
          result.append(contentsOf: escape(scalar).unicodeScalars)
        }
      }
    }
    result.append(quote)
    return String(result)
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == " " { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    let (mark, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
    return "\\\(mark)\(String(repeating: "0", count: width - digits.count))\(digits)"
  }

  /// As Python's `json.dumps` writes it, without escapes for what is not ASCII.
  ///
  /// - Throws: `TemplateError` for what JSON has no form for and for a text above `limit` bytes.
  func appendJSON(
    to result: inout String, indent: Int?, level: Int = 0, limit: Int, line: Int
  ) throws(TemplateError) {
    guard result.utf8.count <= limit else { throw TemplateError("the text grows beyond \(limit) bytes", line: line) }
    switch self {
    case .none: result += "null"
    case .boolean(let value): result += value ? "true" : "false"
    case .integer(let value): result += String(value)
    case .number(let value):
      result +=
        value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : Self.pythonSpelling(value)
    case .string(let text): result += Self.jsonLiteral(text)
    case .list(let values), .tuple(let values):
      result += "["
      for (index, value) in values.enumerated() {
        result += Self.separator(isFirst: index == 0, indent, level + 1)
        try value.appendJSON(to: &result, indent: indent, level: level + 1, limit: limit, line: line)
      }
      result += (values.isEmpty ? "" : Self.lineBreak(indent, level)) + "]"
    case .dictionary(let members):
      result += "{"
      for (index, member) in members.enumerated() {
        result += Self.separator(isFirst: index == 0, indent, level + 1) + Self.jsonLiteral(member.key) + ": "
        try member.value.appendJSON(to: &result, indent: indent, level: level + 1, limit: limit, line: line)
      }
      result += (members.isEmpty ? "" : Self.lineBreak(indent, level)) + "}"
    case .undefined, .namespace, .macro, .loop, .function:
      throw TemplateError("\(kind) has no form in JSON", line: line)
    }
  }

  private static func separator(isFirst: Bool, _ indent: Int?, _ level: Int) -> String {
    (isFirst ? "" : indent == nil ? ", " : ",") + lineBreak(indent, level)
  }

  private static func lineBreak(_ indent: Int?, _ level: Int) -> String {
    indent.map { "\n" + String(repeating: " ", count: $0 * level) } ?? ""
  }

  private static func jsonLiteral(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case "\u{0}"..."\u{1f}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
