/// Tells Python from prose, line by line. It is no parser: whether the lines are a program, Python says.
enum PythonLines {
  /// The lines from the first definition or import, and the constants before it, to the last that may be Python; nil
  /// where nothing is defined.
  static func program(in lines: [Substring]) -> [Substring]? {
    guard let start = lines.firstIndex(where: isStart) else { return nil }
    let program = upToProse(Array(lines[constants(before: start, in: lines)...]))
    return ProgramExtraction.definitions(in: program).isEmpty ? nil : program
  }

  /// The rest of a function: up to the first line that can belong to no program.
  static func continuation(in lines: [Substring]) -> [Substring] {
    guard let first = lines.firstIndex(where: { !$0.allSatisfy(\.isWhitespace) }) else { return [] }
    return Array(lines[...first]) + upToProse(Array(lines[(first + 1)...]))
  }

  /// Gives a function's body the indentation that it lost: all of it, or its first line, as where the completion's
  /// spaces were trimmed.
  static func indented(_ lines: [Substring]) -> [Substring] {
    guard let first = lines.firstIndex(where: { !$0.allSatisfy(\.isWhitespace) }), !isIndented(lines[first]),
      !isStart(lines[first])
    else { return lines }
    let rest = lines[(first + 1)...].filter { !$0.allSatisfy(\.isWhitespace) }
    // After a colon, the next line stands one level deeper than what the first should.
    let isTrimmed =
      rest.allSatisfy(isIndented)
      && (!lines[first].hasSuffix(":") || rest.first.map { $0.prefix { $0 == " " }.count > 4 } ?? true)
    return lines.enumerated().map { index, line in
      index == first || (!isTrimmed && index > first && !line.isEmpty) ? "    " + line : line
    }
  }

  /// Where the assignments begin that stand directly before a program, comments and lines that go on with one between.
  private static func constants(before start: Int, in lines: [Substring]) -> Int {
    var first = start
    for index in lines[..<start].indices.reversed() {
      let line = lines[index]
      if isConstant(line) {
        first = index
      } else if let mark = line.first, !"# \t)]}".contains(mark) {
        break
      }
    }
    return first
  }

  private static let operators: Set<Substring> = ["and", "or", "not", "in", "is", "if", "else", "for", "await"]

  /// `R = 3`, `low, high = 0, 1`, and not `n = number of items`: two words side by side are prose.
  private static func isConstant(_ line: Substring) -> Bool {
    guard let equals = line.firstIndex(of: "="), let head = line.first, head.isLetter || head == "_" else {
      return false
    }
    let value = line[line.index(after: equals)...]
    guard line[..<equals].allSatisfy({ $0.isLetter || $0.isNumber || "_ ,".contains($0) }), value.first != "=",
      line[..<equals].split(separator: " ").count == line[..<equals].split(separator: ",").count
    else { return false }
    if value.contains(where: { "\"'#".contains($0) }) { return true }
    let words = value.split(separator: " ")
    let isWord = words.map { word in word.allSatisfy { $0.isLetter || $0.isNumber } && !operators.contains(word) }
    return !words.isEmpty && !zip(isWord, isWord.dropFirst()).contains { $0 && $1 }
  }

  private static func upToProse(_ lines: [Substring]) -> [Substring] {
    var quote: String?
    for (index, line) in lines.enumerated() {
      if quote == nil, !isIndented(line), !line.isEmpty, !mayBePython(line) { return Array(lines[..<index]) }
      quote = openQuote(after: line, quote)
    }
    return lines
  }

  private static func isIndented(_ line: Substring) -> Bool { line.first == " " || line.first == "\t" }

  private static func isStart(_ line: Substring) -> Bool {
    if line.hasPrefix("from ") { return line.contains(" import ") }
    if line.hasPrefix("import ") { return !line.hasSuffix(".") }
    if line.hasPrefix("def ") || line.hasPrefix("async def ") { return line.contains("(") }
    if line.hasPrefix("class ") { return line.contains(":") }
    if line.first == "@" { return line.dropFirst().first.map { $0.isLetter || $0 == "_" } ?? false }
    return line.contains("= lambda")
  }

  private static let keywords: Set<Substring> = [
    "for", "while", "if", "elif", "else", "else:", "try", "try:", "except", "except:", "finally", "finally:", "with",
    "return", "assert", "raise", "global", "del", "pass", "break", "continue", "async", "await", "match", "not",
  ]

  private static func mayBePython(_ line: Substring) -> Bool {
    if isStart(line) { return true }
    guard let first = line.first else { return true }
    if "#)]}\"'([{\\".contains(first) { return true }
    let word = line.prefix { !$0.isWhitespace }
    if keywords.contains(word) {
      // Prose also begins with If and For, but Python's do not end in a full stop.
      return !line.hasSuffix(".")
    }
    let name = line.prefix { $0 == "_" || $0.isLetter || $0.isNumber }
    guard !name.isEmpty else { return false }
    let after = line[name.endIndex...]
    if let next = after.first, "([.".contains(next) { return after.count > 1 }
    // An assignment, perhaps of several names or with a type.
    guard let equals = line.firstIndex(of: "=") else { return false }
    return line[..<equals].allSatisfy { $0.isLetter || $0.isNumber || "_ ,.:[]+-*/%&|^<>()\"'".contains($0) }
      && !line.hasSuffix(".")
  }

  /// The mark of the string over several lines that is open after `line`.
  private static func openQuote(after line: Substring, _ before: String?) -> String? {
    var open = before
    var rest = line[...]
    while !rest.isEmpty {
      if let mark = open {
        guard let end = rest.firstRange(of: mark) else { return open }
        rest = rest[end.upperBound...]
        open = nil
      } else if rest.hasPrefix("\"\"\"") || rest.hasPrefix("'''") {
        open = String(rest.prefix(3))
        rest = rest.dropFirst(3)
      } else if rest.first == "#" {
        return nil
      } else {
        rest = rest.dropFirst()
      }
    }
    return open
  }
}
