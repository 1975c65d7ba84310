/// A text as words and signs, for finding options in it.
struct ChoiceText: Sendable {
  struct Token: Sendable, Hashable {
    /// In lower case; a sign is itself, the end of a line `\n`.
    let text: String
    let isWord: Bool
    let isUppercase: Bool
    let hasSpaceBefore: Bool
    /// Where it stands in the text, as UTF-8 offsets.
    let range: Range<Int>
  }

  let tokens: [Token]
  private let utf8: [UInt8]

  init(_ text: String) {
    utf8 = Array(text.utf8)
    var tokens: [Token] = []
    var hasSpace = true
    var word = ""
    var wordStart = 0
    var offset = 0
    func endWord(at end: Int) {
      guard !word.isEmpty else { return }
      tokens.append(
        Token(
          text: word.lowercased(), isWord: true, isUppercase: word.first?.isUppercase ?? false,
          hasSpaceBefore: hasSpace, range: wordStart..<end))
      hasSpace = false
      word = ""
    }
    for scalar in text.unicodeScalars {
      let length = UTF8.width(scalar)
      let isApostrophe = scalar == "'" || scalar == "\u{2019}"
      if scalar.properties.isAlphabetic || scalar.properties.numericType != nil || (isApostrophe && !word.isEmpty) {
        if word.isEmpty { wordStart = offset }
        word.unicodeScalars.append(isApostrophe ? "'" : scalar)
      } else {
        endWord(at: offset)
        if scalar == "\n" {
          tokens.append(
            Token(
              text: "\n", isWord: false, isUppercase: false, hasSpaceBefore: hasSpace, range: offset..<(offset + 1)))
          hasSpace = true
        } else if scalar.properties.isWhitespace {
          hasSpace = true
        } else if scalar != "*" && scalar != "_" {  // Bold and italic type say nothing.
          tokens.append(
            Token(
              text: String(Character(scalar)), isWord: false, isUppercase: false, hasSpaceBefore: hasSpace,
              range: offset..<(offset + length)))
          hasSpace = false
        }
      }
      offset += length
    }
    endWord(at: offset)
    // A closing quotation mark looks like an apostrophe: 'b' is the word b and a sign.
    self.tokens = tokens.flatMap { token -> [Token] in
      guard token.isWord, token.text.count > 1, token.text.hasSuffix("'") else { return [token] }
      let bare = token.text.dropLast()
      let width = token.range.count - bare.utf8.count
      return [
        Token(
          text: String(bare), isWord: true, isUppercase: token.isUppercase, hasSpaceBefore: token.hasSpaceBefore,
          range: token.range.lowerBound..<(token.range.upperBound - width)),
        Token(
          text: "'", isWord: false, isUppercase: false, hasSpaceBefore: false,
          range: (token.range.upperBound - width)..<token.range.upperBound),
      ]
    }
  }

  /// What stands at `range`, as written.
  func source(_ range: Range<Int>) -> String {
    guard let first = tokens[range].first, let last = tokens[range].last else { return "" }
    return String(decoding: utf8[first.range.lowerBound..<last.range.upperBound], as: UTF8.self)
  }

  /// The token at `index`; an end of line outside the text.
  func text(_ index: Int) -> String { tokens.indices.contains(index) ? tokens[index].text : "\n" }

  func isWord(_ index: Int) -> Bool { tokens.indices.contains(index) && tokens[index].isWord }

  /// Whether a sentence ends with the token at `index`.
  func endsSentence(_ index: Int) -> Bool {
    switch text(index) {
    case "\n", "!", "?", ";": true
    case ".": !tokens.indices.contains(index + 1) || tokens[index + 1].hasSpaceBefore || text(index + 1) == "\n"
    default: false
    }
  }
}
