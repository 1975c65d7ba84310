import Core
import Foundation

/// Reads the option that an answer decides for: the one it states last; failing that the one it begins with; failing that
/// the one its conclusion names; failing that the only one it names.
///
/// Whatever the text, the time is linear in its length.
struct ChoiceReader {
  /// A text longer than this is no answer, and is not read.
  static let lengthLimit = 4_000_000

  let text: ChoiceText
  let scanner: ChoiceScanner
  let mentions: [ChoiceMention]
  /// Positions in `mentions` by their first token.
  let mentionAt: [Int: Int]

  static func read(_ answer: String, choices: [Problem.Choice]) -> ChoiceReading {
    guard answer.utf8.count <= lengthLimit else {
      return .none(reason: "the answer has more than \(lengthLimit) bytes", place: nil, text: nil)
    }
    let reader = ChoiceReader(ownPart(of: answer), choices: choices)
    return reader.stated() ?? reader.leading() ?? reader.concluded() ?? reader.only()
  }

  /// The answer to this question, without the next one that a model invents.
  private static func ownPart(of answer: String) -> String {
    ["\nQuestion:", "\nQ:"].reduce(answer) { answer, next in
      answer.range(of: next).map { String(answer[..<$0.lowerBound]) } ?? answer
    }
  }

  private init(_ answer: String, choices: [Problem.Choice]) {
    var plain = answer
    // `#### B`, `\boxed{\text{B}}` and `$B$` are statements and typesetting.
    let typesetting = [("\\boxed{", "\nAnswer: {"), ("####", "\nAnswer: "), ("\\text{", " "), ("$", " ")]
    for (old, new) in typesetting where plain.contains(old) {
      plain = plain.replacingOccurrences(of: old, with: new)
    }
    text = ChoiceText(plain)
    scanner = ChoiceScanner(text, choices: choices)
    mentions = scanner.mentions()
    mentionAt = Dictionary(
      mentions.enumerated().map { ($0.element.range.lowerBound, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: Statements

  private func stated() -> ChoiceReading? {
    for statement in ChoiceStatements(self).all.reversed() {
      switch statement {
      case .region(let start):
        if let reading = reading(ofStatementFrom: start) { return reading }
      case .judged(let position):
        return reading(from: position, place: "in the stated answer")
      }
    }
    return nil
  }

  /// What stands after `the answer is`; nil where that is a denial or names nothing.
  private func reading(ofStatementFrom start: Int) -> ChoiceReading? {
    let limit = min(text.tokens.count, start + 60)
    var cursor = start
    while cursor < limit, ["\n", ":", "-", "=", "\u{2013}", "\u{2014}"].contains(text.text(cursor)) { cursor += 1 }
    let first = cursor
    var isDenied = false
    while cursor < limit {
      let word = text.text(cursor)
      if let position = mentionAt[cursor] {
        if !isDenied { return reading(from: position, place: "in the stated answer") }
        cursor = mentions[position].range.upperBound
        continue
      }
      if let reading = lowercaseLetter(at: cursor, place: "in the stated answer"), cursor == first { return reading }
      if ["not", "never", "isn't"].contains(word) {
        isDenied = true
      } else if ["but", "rather", "instead"].contains(word) {
        isDenied = false
      } else if Self.clauseWords.contains(word) || text.endsSentence(cursor) {
        break
      }
      cursor += 1
    }
    let words = text.tokens[first..<max(first, cursor)].map(\.text)
    guard words.prefix(4).contains(where: Self.refusals.contains) || isAllOrBoth(words) else { return nil }
    return .none(
      reason: "the stated answer is no single option", place: "in the stated answer",
      text: text.source(first..<cursor))
  }

  private func isAllOrBoth(_ words: [String]) -> Bool {
    words.count >= 2 && ["all", "both", "any", "either"].contains(words[0]) && words[1] == "of"
  }

  private static let refusals: Set<String> = [
    "none", "neither", "unknown", "unclear", "impossible", "cannot", "can't", "undetermined", "unanswerable",
  ]
  static let clauseWords: Set<String> = [
    "because", "since", "while", "whereas", "although", "which", "where", "if", "unless", "when", "that",
  ]

  // MARK: From a mention

  /// The option of a mention, unless what follows names another one beside it (`B or C`) or contradicts it (`(B) bank`,
  /// where bank is A).
  func reading(from position: Int, place: String) -> ChoiceReading {
    let primary = mentions[position]
    var options = primary.options
    var end = primary.range.upperBound
    var cursor = end
    var connector: String?
    while cursor < end + 5 {
      let word = text.text(cursor)
      if let next = mentionAt[cursor] {
        let mention = mentions[next]
        let common = options.filter(mention.options.contains)
        guard common.isEmpty else {
          // The letter decides between options with the same words.
          options = common
          end = mention.range.upperBound
          cursor = end
          connector = nil
          continue
        }
        let beginsClause = ["is", "are", "was", "would", "cannot", "isn't", "does", "has", "have"]
          .contains(text.text(mention.range.upperBound))
        let isNewSentence = connector == nil && text.text(end - 1) == "."
        if beginsClause, connector == "," || isNewSentence { break }
        if mention.isListItem, mention.form == .marked, connector == nil, word != "(" { break }
        let source = text.source(primary.range.lowerBound..<mention.range.upperBound)
        return .none(
          reason: connector == nil
            ? "the letter and the words name different options" : "several options are stated", place: place,
          text: source)
      }
      switch word {
      case ",", "/", "&", "or", "and", "nor": connector = word == "," ? connector ?? word : word
      case ".", ":", ")", "(", "-", "]", "}", "\"", "'", "\n", "also", "possibly", "maybe", "perhaps", "even", "either",
        "the", "a", "an", "option", "choice", "both":
        break
      default: cursor = end + 5
      }
      if text.endsSentence(cursor), !primary.isListItem || cursor > end { break }
      cursor += 1
    }
    return .option(options, place: place, text: text.source(primary.range.lowerBound..<end))
  }

  /// A small letter that is a whole line, such as `b` or `c)`; elsewhere `a` is a word.
  func lowercaseLetter(at start: Int, place: String) -> ChoiceReading? {
    guard mentionAt[start] == nil, let option = scanner.option(at: start) else { return nil }
    var end = start + 1
    while [".", ")", ":"].contains(text.text(end)) { end += 1 }
    guard text.text(end) == "\n" else { return nil }
    return .option([option], place: place, text: text.source(start..<(start + 1)))
  }
}
