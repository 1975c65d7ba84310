import Foundation

/// Reads the three places where an answer may stand. Each takes time linear in the text.
struct AnswerReader {
  /// A statement's number is looked for in so many characters behind it.
  private static let reach = 400

  private let scalars: [Unicode.Scalar]
  private let lowered: [Unicode.Scalar]
  private let scanner: NumberScanner

  init(_ scalars: [Unicode.Scalar]) {
    self.scalars = scalars
    // Of ASCII letters only, so that both arrays have the same indices.
    lowered = scalars.map { ("A"..."Z").contains($0) ? Unicode.Scalar(UInt8($0.value) + 32) : $0 }
    scanner = NumberScanner(scalars: scalars)
  }

  /// The number directly behind the first `####` that has one.
  func marked() -> NumericReading? {
    for marker in occurrences(of: "####") {
      var start = marker + 4
      while start < scalars.count, scalars[start] != "\n", scalars[start].properties.isWhitespace { start += 1 }
      guard start < scalars.count, scalars[start] != "\n" else {
        return NumericReading(answer: nil, place: "after ####", text: "")
      }
      // Nothing but space, currency, sign and brackets stands between the marker and its number.
      while start < scalars.count, isOpening(scalars[start]) { start += 1 }
      guard start < scalars.count else { continue }
      let limit = min(scalars.count, start + Self.reach)
      guard let number = scanner.firstNumber(in: (marker + 4)..<min(start + 3, limit)),
        number.range.lowerBound <= start
      else { continue }
      let line = (marker + 4)..<max(marker + 4, lineEnd(from: start, limit: limit))
      // `#### 1. Sum up` is a heading of an answer in Markdown, as `#### Step 1` is.
      if isHeading(line, numberEnd: number.range.upperBound) { continue }
      return reading(of: line, place: "after ####")
    }
    return nil
  }

  /// The last stated answer; a denied one (`the answer is not 7`) only where there is no other.
  func stated() -> NumericReading? {
    var statements: [(position: Int, start: Int, isBoxed: Bool)] = []
    for phrase in ["answer is", "answer:", "answer =", "a:", "\\boxed{", "\\fbox{"] {
      for position in occurrences(of: phrase) where isStatement(phrase, at: position) {
        statements.append((position, position + phrase.unicodeScalars.count, phrase.hasPrefix("\\")))
      }
    }
    statements.sort { $0.position < $1.position }
    var denied: NumericReading?
    for statement in statements.reversed() {
      var start = statement.start
      let limit = min(scalars.count, start + Self.reach)
      let end: Int
      if statement.isBoxed {
        end = scalars[start..<limit].firstIndex(of: "}") ?? limit
      } else {
        while start < limit, scalars[start].properties.isWhitespace || scalars[start] == ":" { start += 1 }
        end = sentenceEnd(from: start, limit: limit)
      }
      guard let number = scanner.firstNumber(in: start..<end) else { continue }
      let words = start..<max(start, number.range.lowerBound)
      let place = statement.isBoxed ? "in \\boxed{}" : "in the stated answer"
      // `The answer is not 7`, or typesetting that is not understood.
      if contains("not ", in: words) || contains("\\", in: words) {
        denied = denied ?? NumericReading(answer: nil, place: place, text: text(start..<end))
      } else {
        return reading(of: start..<end, place: place)
      }
    }
    return denied
  }

  /// The last number of the text.
  func last() -> NumericReading? {
    let numbers = scanner.numbers(in: scalars.indices)
    guard let last = numbers.last else { return nil }
    func reading(_ answer: NumericAnswer?, from start: Int) -> NumericReading {
      NumericReading(answer: answer, place: "at the last number", text: text(start..<last.range.upperBound))
    }
    // A text that breaks off in a calculation gives no answer.
    let rest = scalars[last.range.upperBound...].first { !$0.properties.isWhitespace }
    if let rest, "+-*/=×÷".unicodeScalars.contains(rest) { return reading(nil, from: last.range.lowerBound) }
    if let previous = numbers.dropLast().last, last.range.lowerBound - previous.range.upperBound <= 16,
      last.range.lowerBound >= previous.range.upperBound
    {
      let between = String(String.UnicodeScalarView(lowered[previous.range.upperBound..<last.range.lowerBound]))
      if ["or", "to", "-"].contains(between.trimmingCharacters(in: .whitespaces)) {
        return reading(nil, from: previous.range.lowerBound)
      }
    }
    return reading(last.answer, from: last.range.lowerBound)
  }

  /// The single number that `range` gives: its first, or the result of the calculation it begins with.
  private func reading(of range: Range<Int>, place: String) -> NumericReading {
    let text = text(range)
    guard var number = scanner.firstNumber(in: range) else {
      return NumericReading(answer: nil, place: place, text: text)
    }
    if continuesWithNumber(after: number.range.upperBound, before: range.upperBound) {
      guard let equals = scalars[range].lastIndex(of: "="),
        let result = scanner.firstNumber(in: equals..<range.upperBound),
        !continuesWithNumber(after: result.range.upperBound, before: range.upperBound)
      else { return NumericReading(answer: nil, place: place, text: text) }
      number = result
    }
    return NumericReading(answer: number.answer, place: place, text: text)
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

  private func isOpening(_ scalar: Unicode.Scalar) -> Bool {
    scalar != "\n"
      && (scalar.properties.isWhitespace || "([{~≈=:$".unicodeScalars.contains(scalar)
        || scalar.properties.generalCategory == .currencySymbol)
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

  private func lineEnd(from start: Int, limit: Int) -> Int { scalars[start..<limit].firstIndex(of: "\n") ?? limit }

  /// The end of the line, or the full stop before it that ends a sentence.
  private func sentenceEnd(from start: Int, limit: Int) -> Int {
    let end = lineEnd(from: start, limit: limit)
    let stop = (start..<end).first { scalars[$0] == "." && ($0 + 1 == end || scalars[$0 + 1] == " ") }
    return stop ?? end
  }

  private func text(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(scalars[range].prefix(Self.reach)))
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
