/// Reads the three places where an answer may stand.
struct AnswerReader {
  enum Reading {
    case found(NumericAnswer)
    /// The place is there, and holds no single number.
    case unreadable
    case absent
  }

  private let scalars: [Unicode.Scalar]
  private let lowered: [Unicode.Scalar]
  private let scanner: NumberScanner

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    // Of ASCII letters only, so that both arrays have the same indices.
    lowered = scalars.map { ("A"..."Z").contains($0) ? Unicode.Scalar(UInt8($0.value) + 32) : $0 }
    scanner = NumberScanner(scalars: scalars)
  }

  func marked() -> Reading {
    for marker in occurrences(of: "####") {
      let line = (marker + 4)..<lineEnd(from: marker + 4)
      if scalars[line].allSatisfy(\.properties.isWhitespace) { return .unreadable }
      // `#### Step 1` and `#### 1. Sum up` are headings of an answer in Markdown.
      guard let number = scanner.firstNumber(in: line), isDirect(line.lowerBound..<number.range.lowerBound),
        !isHeading(line, numberEnd: number.range.upperBound)
      else { continue }
      return reading(of: line)
    }
    return .absent
  }

  func stated() -> Reading {
    var last: (position: Int, reading: Reading)?
    for phrase in ["answer is", "answer:", "answer =", "a:", "\\boxed{"] {
      for position in occurrences(of: phrase) where isStatement(phrase, at: position) {
        if let last, last.position > position { continue }
        var start = position + phrase.unicodeScalars.count
        let end: Int
        if phrase == "\\boxed{" {
          end = scalars[start...].firstIndex(of: "}") ?? scalars.count
        } else {
          while start < scalars.count, scalars[start].properties.isWhitespace || scalars[start] == ":" { start += 1 }
          end = sentenceEnd(from: start)
        }
        guard let number = scanner.firstNumber(in: start..<end) else { continue }
        let words = start..<number.range.lowerBound
        if contains("not ", in: words) || contains("\\", in: words) {
          // `The answer is not 7`, or typesetting that is not understood: no answer, unless there is another statement.
          if last == nil { last = (position, .unreadable) }
        } else {
          last = (position, reading(of: start..<end))
        }
      }
    }
    return last?.reading ?? .absent
  }

  func last() -> NumericAnswer? {
    let numbers = scanner.numbers(in: scalars.indices)
    guard let last = numbers.last else { return nil }
    // A text that breaks off in a calculation gives no answer.
    let rest = scalars[last.range.upperBound...].first { !$0.properties.isWhitespace }
    if let rest, "+-*/=×÷".unicodeScalars.contains(rest) { return nil }
    if let previous = numbers.dropLast().last {
      let between = String(String.UnicodeScalarView(lowered[previous.range.upperBound..<last.range.lowerBound]))
      if ["or", "to", "-"].contains(between.trimmingCharacters(in: .whitespaces)) { return nil }
    }
    return last.answer
  }

  /// The single number that `range` gives: its first, or the result of the calculation it begins with.
  private func reading(of range: Range<Int>) -> Reading {
    guard var number = scanner.firstNumber(in: range) else { return .unreadable }
    if continuesWithNumber(after: number.range.upperBound, before: range.upperBound) {
      guard let equals = scalars[range].lastIndex(of: "="),
        let result = scanner.firstNumber(in: equals..<range.upperBound),
        !continuesWithNumber(after: result.range.upperBound, before: range.upperBound)
      else { return .unreadable }
      number = result
    }
    return number.answer.map(Reading.found) ?? .unreadable
  }

  /// Whether a further number is tied to the one that ends at `index`: `5 or 6`, `5 - 6`, `2 hours and 30 minutes`, `5 hours 30`.
  private func continuesWithNumber(after index: Int, before end: Int) -> Bool {
    var cursor = index
    for wordCount in 0..<3 {
      while cursor < end, scalars[cursor] == " " { cursor += 1 }
      guard cursor < end else { return false }
      let wordStart = cursor
      while cursor < end, scanner.isLetter(cursor) { cursor += 1 }
      let word = String(String.UnicodeScalarView(lowered[wordStart..<cursor]))
      let isSymbol = word.isEmpty && "+-*/×÷^,~".unicodeScalars.contains(scalars[cursor])
      if isSymbol { cursor += 1 }
      if isSymbol || ["or", "to", "and", "plus", "minus", "times", "x"].contains(word) {
        while cursor < end, scalars[cursor] == " " || scalars[cursor] == "(" || scanner.isCurrency(cursor) {
          cursor += 1
        }
        return cursor < end && scanner.isDigit(cursor)
      }
      // `5 hours 30 minutes`, but not `72 clips in 2 months`.
      if word.isEmpty { return wordCount < 2 && scanner.isDigit(cursor) }
    }
    return false
  }

  /// Nothing but space, currency, sign and brackets between a marker and its number.
  private func isDirect(_ range: Range<Int>) -> Bool {
    scalars[range].allSatisfy { $0.properties.isWhitespace || "([{~≈=:".unicodeScalars.contains($0) || $0 == "$" }
  }

  /// `#### 1. Sum up`, with more text below it.
  private func isHeading(_ line: Range<Int>, numberEnd: Int) -> Bool {
    guard numberEnd + 2 < line.upperBound, [".", ")", ":"].contains(scalars[numberEnd]) else { return false }
    let isNumbering = scalars[numberEnd + 1] == " " && scanner.isLetter(numberEnd + 2)
    return isNumbering && !scalars[line.upperBound...].allSatisfy(\.properties.isWhitespace)
  }

  /// `a:` counts at the start of a line only; every phrase only where no letter stands before it.
  private func isStatement(_ phrase: String, at position: Int) -> Bool {
    guard position > 0 else { return true }
    guard phrase == "a:" else { return !scanner.isLetter(position - 1) }
    var before = position - 1
    while before >= 0, " #>\t".unicodeScalars.contains(scalars[before]) { before -= 1 }
    return before < 0 || scalars[before] == "\n"
  }

  private func lineEnd(from start: Int) -> Int { scalars[start...].firstIndex(of: "\n") ?? scalars.count }

  /// The end of the line, or the full stop before it that ends a sentence.
  private func sentenceEnd(from start: Int) -> Int {
    let end = lineEnd(from: start)
    let stop = (start..<end).first { scalars[$0] == "." && ($0 + 1 == end || scalars[$0 + 1] == " ") }
    return stop ?? end
  }

  private func contains(_ word: String, in range: Range<Int>) -> Bool {
    guard !range.isEmpty else { return false }
    return String(String.UnicodeScalarView(lowered[range])).contains(word)
  }

  private func occurrences(of phrase: String) -> [Int] {
    let phrase = Array(phrase.unicodeScalars)
    guard lowered.count >= phrase.count else { return [] }
    return (0...(lowered.count - phrase.count)).filter { start in
      lowered[start] == phrase[0] && lowered[start..<(start + phrase.count)].elementsEqual(phrase)
    }
  }
}
