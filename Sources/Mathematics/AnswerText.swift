/// A text by its bytes, and the places in it where an answer may stand.
struct AnswerText {
  private var bytes: [UInt8]
  private var end: Int

  init(_ text: String) {
    bytes = Array(text.utf8)
    end = bytes.count
  }

  // MARK: Places

  /// Leaves out what follows a mark of a further question, unless nothing stands before it.
  mutating func cutFurtherQuestions() {
    var isBlank = true
    for index in bytes.indices {
      let byte = bytes[index]
      if !isBlank, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: "[") {
        for mark in Self.questionMarks where starts(with: mark, at: index) {
          end = index
          return
        }
      }
      if byte > 32 { isBlank = false }
    }
  }

  /// The content of the last box that is closed; empty where the only box is cut off.
  func lastBox() -> String? {
    var before = end
    // Each attempt is bounded by the longest answer, and so are the attempts.
    for attempt in 0..<8 {
      guard let (start, name) = lastBoxCommand(before: before) else { return attempt == 0 ? nil : "" }
      before = start
      var index = start + name
      while index < end, bytes[index] <= 32 { index += 1 }
      guard index < end else { continue }
      if bytes[index] == UInt8(ascii: "{") {
        if let close = closing(index) { return string(index + 1, close) }
        continue
      }
      // `\boxed 5` and `\boxed5`: up to the space or the end of the formula.
      guard bytes[index] != UInt8(ascii: "$") else { continue }
      var stop = index
      while stop < end, bytes[stop] > 32, bytes[stop] != UInt8(ascii: "$"), stop - index < Budget.answerBytes {
        stop += 1
      }
      while stop > index, bytes[stop - 1] == UInt8(ascii: ".") || bytes[stop - 1] == UInt8(ascii: ",") { stop -= 1 }
      return string(index, stop)
    }
    return ""
  }

  /// What the last `the answer is` leads to; empty for `the answer is not`.
  func lastStatement() -> String? {
    var last: Int?
    var before = end
    while last == nil, let found = self.last(Self.answer, before: before) {
      before = found
      last = Self.statements.first { starts(with: $0, at: found + Self.answer.count) }.map {
        found + Self.answer.count + $0.count
      }
    }
    guard var start = last else { return nil }
    let filler = Array(" \t\n:*=~".utf8)
    while start < end, filler.contains(bytes[start]) { start += 1 }
    for word in ["not ", "therefore ", "thus ", "simply ", "just ", "then "]
    where starts(with: Array(word.utf8), at: start) {
      if word == "not " { return "" }
      start += word.utf8.count
    }
    if let formulas = formulas(from: start) { return formulas }
    let stop = sentenceEnd(start)
    let sentence = TextForm.trimmed(string(start, stop).replacing("**", with: ""))
    return sentence.isEmpty ? nil : sentence
  }

  func lastMarked() -> String? {
    guard let found = last(Array("####".utf8), before: end) else { return nil }
    var stop = found + 4
    while stop < end, bytes[stop] != 10 { stop += 1 }
    let text = TextForm.trimmed(string(found + 4, stop))
    return text.isEmpty ? nil : text
  }

  /// The content of the last `$…$`, `$$…$$`, `\(…\)` or `\[…\]`; of a chain of equations its last side.
  func lastFormula() -> String? {
    var close = end - 1
    while close > 0 {
      if bytes[close] == UInt8(ascii: "$"), bytes[close - 1] != UInt8(ascii: "\\") {
        var stop = close
        while stop > 0, bytes[stop - 1] == UInt8(ascii: "$") { stop -= 1 }
        var open = stop - 1
        while open >= 0, bytes[open] != UInt8(ascii: "$") || (open > 0 && bytes[open - 1] == UInt8(ascii: "\\")) {
          open -= 1
        }
        return open >= 0 && stop > open + 1 ? lastSide(open + 1, stop) : nil
      }
      if bytes[close] == UInt8(ascii: ")") || bytes[close] == UInt8(ascii: "]"), bytes[close - 1] == UInt8(ascii: "\\")
      {
        let opening: [UInt8] = [UInt8(ascii: "\\"), bytes[close] == UInt8(ascii: ")") ? 40 : 91]
        var open = close - 2
        while open >= 0, !starts(with: opening, at: open) { open -= 1 }
        return open >= 0 ? lastSide(open + 2, close - 1) : nil
      }
      close -= 1
    }
    return nil
  }

  /// The last line if it is an answer by itself, else what its last equals sign or `is` leads to, else its last number.
  func lastLine() -> String? {
    var stop = end
    while stop > 0, bytes[stop - 1] <= 32 { stop -= 1 }
    var start = stop
    while start > 0, bytes[start - 1] != 10, stop - start <= Budget.answerBytes { start -= 1 }
    let line = TextForm.trimmed(string(start, stop).replacing("**", with: ""))
    guard !line.isEmpty, line.utf8.count <= Budget.answerBytes else { return nil }
    if case .success(let expression) = Reading(line, joinsPlainGroups: true).parsed,
      !isProse(expression, line, wordCount: 3)
    {
      return line
    }
    for mark in ["=", " is ", ":"] {
      guard let range = line.ranges(of: mark).last else { continue }
      var rest = TextForm.trimmed(String(line[range.upperBound...]))
      if rest.hasSuffix(".") { rest.removeLast() }
      if case .success(let expression) = Reading(rest, joinsPlainGroups: true).parsed,
        !isProse(expression, rest, wordCount: 1)
      {
        return rest
      }
    }
    return lastNumber(line)
  }

  // MARK: Parts

  /// Formulas joined by nothing but separators: `$2$, $3$ and $5$`.
  private func formulas(from start: Int) -> String? {
    var parts: [String] = []
    var index = start
    while index < end {
      let opening: Int
      let closing: [UInt8]
      if bytes[index] == UInt8(ascii: "$") {
        opening = index + (index + 1 < end && bytes[index + 1] == UInt8(ascii: "$") ? 2 : 1)
        closing = [UInt8(ascii: "$")]
      } else if starts(with: Array("\\(".utf8), at: index) || starts(with: Array("\\[".utf8), at: index) {
        opening = index + 2
        closing = [UInt8(ascii: "\\"), bytes[index + 1] == 40 ? 41 : 93]
      } else {
        break
      }
      guard var close = first(closing, from: opening), close - opening <= Budget.answerBytes else { break }
      parts.append(string(opening, close))
      while close < end, closing.contains(bytes[close]) { close += 1 }
      var next = close
      while next < end, bytes[next] == 32 || bytes[next] == UInt8(ascii: ",") { next += 1 }
      for word in ["and ", "or "] where starts(with: Array(word.utf8), at: next) { next += word.utf8.count }
      index = next
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private func lastSide(_ start: Int, _ stop: Int) -> String? {
    guard stop - start <= Budget.answerBytes else { return nil }
    let text = TextForm.trimmed(string(start, stop))
    let sides = text.split(separator: "=")
    guard sides.count > 2, let last = sides.last else { return text.isEmpty ? nil : text }
    return TextForm.trimmed(String(last))
  }

  /// Whether a line is a sentence: up to `wordCount` words are an answer if nothing else stands beside them.
  private func isProse(_ expression: Expression, _ line: String, wordCount: Int) -> Bool {
    let utf8 = Array(line.utf8)
    var words = 0
    var index = 0
    while index < utf8.count {
      let isCommand = utf8[index] == UInt8(ascii: "\\")
      if isCommand { index += 1 }
      let start = index
      while index < utf8.count, (65...90).contains(utf8[index] & 0xdf) { index += 1 }
      if !isCommand, index - start > 1 { words += 1 }
      if index == start { index += 1 }
    }
    return words > (expression.isWords ? wordCount : 1)
  }

  private func lastNumber(_ line: String) -> String? {
    let utf8 = Array(line.utf8)
    guard var stop = utf8.lastIndex(where: { (48...57).contains($0) }).map({ $0 + 1 }) else { return nil }
    let whole = stop
    let parts = Set("0123456789.,/%-".utf8)
    var start = stop
    while start > 0, parts.contains(utf8[start - 1]) { start -= 1 }
    while start < stop, !(48...57).contains(utf8[start]), utf8[start] != 45 { start += 1 }
    if stop < utf8.count, utf8[stop] == UInt8(ascii: "%") { stop += 1 }
    return start < whole ? String(decoding: utf8[start..<stop], as: UTF8.self) : nil
  }

  /// The full stop that ends a sentence, or the end of the line.
  private func sentenceEnd(_ start: Int) -> Int {
    var index = start
    while index < end, bytes[index] != 10, index - start <= Budget.answerBytes {
      if bytes[index] == UInt8(ascii: "."), index + 1 >= end || bytes[index + 1] <= 32 { break }
      index += 1
    }
    return index
  }

  private func lastBoxCommand(before limit: Int) -> (start: Int, length: Int)? {
    var index = limit - 1
    while index >= 0 {
      if bytes[index] == UInt8(ascii: "\\") {
        for name in Self.boxes where starts(with: name, at: index + 1) && index + 1 + name.count <= limit {
          return (index, name.count + 1)
        }
      }
      index -= 1
    }
    return nil
  }

  private func closing(_ open: Int) -> Int? {
    var depth = 0
    var index = open
    while index < end, index - open <= 4 * Budget.answerBytes {
      switch bytes[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
      index += 1
    }
    return nil
  }

  // MARK: Bytes

  private func string(_ start: Int, _ stop: Int) -> String {
    String(decoding: bytes[min(start, end)..<max(min(stop, end), min(start, end))], as: UTF8.self)
  }

  private func starts(with pattern: [UInt8], at index: Int) -> Bool {
    guard index >= 0, index + pattern.count <= end else { return false }
    for offset in pattern.indices where bytes[index + offset] != pattern[offset] { return false }
    return true
  }

  private func first(_ pattern: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + pattern.count <= end {
      if bytes[index] == pattern[0], starts(with: pattern, at: index) { return index }
      index += 1
    }
    return nil
  }

  /// The last place where `pattern`, in lower case, stands before `limit`, in whatever case.
  private func last(_ pattern: [UInt8], before limit: Int) -> Int? {
    var index = limit - pattern.count
    while index >= 0 {
      if bytes[index] | 0x20 == pattern[0] | 0x20,
        pattern.indices.allSatisfy({ lowerCased(bytes[index + $0]) == pattern[$0] })
      {
        return index
      }
      index -= 1
    }
    return nil
  }

  private func lowerCased(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }

  private static let boxes = ["boxed", "fbox", "framebox"].map { Array($0.utf8) }
  private static let answer = Array("answer".utf8)
  private static let statements = [" is", "s are", ":", " =", " to the problem is"].map { Array($0.utf8) }
  private static let questionMarks = [
    "\nQuestion:", "\nQ:", "\nProblem:", "\n### Problem", "\n### Question", "\n### Instruction", "\nHuman:", "\nUser:",
    "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "</s>", "[INST]",
  ].map { Array($0.utf8) }
}
