import Core

/// Finds the options of a question in a text.
struct ChoiceScanner: Sendable {
  let text: ChoiceText
  private let labels: [String]
  private let words: [[String]]

  static let articles: Set<String> = ["a", "an", "the"]
  private static let wordLimit = 100

  init(_ text: ChoiceText, choices: [Problem.Choice]) {
    self.text = text
    labels = choices.map { $0.label.lowercased() }
    words = choices.map { Self.words(of: $0.text) }
  }

  /// The words that an option is found by: without punctuation and a leading article.
  static func words(of text: String) -> [String] {
    let words = ChoiceText(text).tokens.filter(\.isWord).map(\.text)
    let bare = words.first.map { articles.contains($0) } == true ? Array(words.dropFirst()) : words
    return bare.isEmpty ? words : bare
  }

  /// All mentions in their order; none lies within another.
  func mentions() -> [ChoiceMention] {
    var found: [ChoiceMention] = []
    var index = 0
    while index < text.tokens.count {
      if let mention = wordsMention(at: index), mention.range.count > 1 || labelMention(at: index)?.form != .marked {
        found.append(mention)
        index = mention.range.upperBound
      } else if let mention = labelMention(at: index) {
        found.append(mention)
        index = max(mention.range.upperBound, index + 1)
      } else {
        index += 1
      }
    }
    return found
  }

  /// The option whose words stand at `index`, the longest.
  private func wordsMention(at index: Int) -> ChoiceMention? {
    guard text.isWord(index) else { return nil }
    var best: (options: [Int], end: Int)?
    for (option, words) in words.enumerated() where words.first == text.text(index) && words.count <= Self.wordLimit {
      var cursor = index
      var isEqual = true
      for (position, word) in words.enumerated() {
        // Signs within an option's words may differ: drive-in movie.
        while position > 0, isWithinWords(cursor) { cursor += 1 }
        guard text.text(cursor) == word else {
          isEqual = false
          break
        }
        cursor += 1
      }
      guard isEqual else { continue }
      if let known = best, known.end == cursor {
        best = (known.options + [option], cursor)
      } else if cursor > best?.end ?? 0 {
        best = ([option], cursor)
      }
    }
    return best.map { ChoiceMention(options: $0.options, form: .words, range: index..<$0.end, isListItem: false) }
  }

  /// A sign that may stand between an option's words; a full stop only as in `d.c.`.
  private func isWithinWords(_ index: Int) -> Bool {
    switch text.text(index) {
    case "-", ",", "/", "\"", "'", "&": true
    case ".": continuesTightly(index + 1)
    default: false
    }
  }

  private static let closings = ["(": ")", "[": "]", "{": "}", "\"": "\"", "\u{201c}": "\u{201d}", "`": "`", "'": "'"]

  private func labelMention(at index: Int) -> ChoiceMention? {
    if let closing = Self.closings[text.text(index)] {
      guard let option = option(at: index + 1), text.text(index + 2) == closing else { return nil }
      return ChoiceMention(options: [option], form: .marked, range: index..<(index + 3), isListItem: isLineStart(index))
    }
    guard let option = option(at: index), !isPartOfName(index) else { return nil }
    let token = text.tokens[index]
    let next = text.text(index + 1)
    let isFollowedTightly = text.tokens.indices.contains(index + 1) && !text.tokens[index + 1].hasSpaceBefore
    if isLineStart(index), isFollowedTightly, [")", ".", ":", "]"].contains(next), !continuesTightly(index + 2) {
      return ChoiceMention(options: [option], form: .marked, range: index..<(index + 2), isListItem: true)
    }
    let isTagged = ["option", "choice", "letter", "alternative", "answer"].contains(text.text(index - 1))
    if isTagged, token.isUppercase || !text.isWord(index + 1) {
      return ChoiceMention(options: [option], form: .marked, range: index..<(index + 1), isListItem: false)
    }
    guard token.isUppercase, token.text != "i" else { return nil }
    // A capital A may be an article.
    if token.text == "a", text.isWord(index + 1), !Self.followers.contains(next) { return nil }
    return ChoiceMention(options: [option], form: .bare, range: index..<(index + 1), isListItem: false)
  }

  /// Words that do not follow an article.
  private static let followers: Set<String> = [
    "is", "because", "since", "as", "and", "or", "but", "would", "seems", "fits", "makes", "not", "are", "instead",
    "rather",
    "nor", "over", "was", "isn't", "must", "should", "can", "cannot", "can't", "for", "here", "due", "so", "which",
    "if",
  ]

  func option(at index: Int) -> Int? { text.isWord(index) ? labels.firstIndex(of: text.text(index)) : nil }

  /// `vitamin C`, `B-52`, `U.S.A.`, `C++`, `A&B`: letters that name no option.
  private func isPartOfName(_ index: Int) -> Bool {
    let token = text.tokens[index]
    if !token.hasSpaceBefore, ["-", ".", "&", "+", "/", "'"].contains(text.text(index - 1)) {
      return text.text(index - 1) != "/" || option(at: index - 2) == nil
    }
    if ["vitamin", "vitamins", "plan", "type", "grade", "hepatitis", "class"].contains(text.text(index - 1)) {
      return true
    }
    guard text.tokens.indices.contains(index + 1), !text.tokens[index + 1].hasSpaceBefore else { return false }
    if ["+", "#", "&", "'"].contains(text.text(index + 1)) { return true }
    return ["-", "."].contains(text.text(index + 1)) && continuesTightly(index + 2)
  }

  private func continuesTightly(_ index: Int) -> Bool {
    text.isWord(index) && !text.tokens[index].hasSpaceBefore
  }

  private func isLineStart(_ index: Int) -> Bool {
    var before = index - 1
    while ["-", "\u{2022}", ">", "#"].contains(text.text(before)), index - before < 6 { before -= 1 }
    return text.text(before) == "\n"
  }
}
