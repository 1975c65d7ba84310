/// A token that is found in the text itself, before any word is cut: `added_tokens` of a tokenizer.json.
struct AddedToken: Sendable {
  let id: Int
  let content: String
  /// What is looked for: the content, normalized where the text is.
  let pattern: [UInt8]
  let isSpecial: Bool
  /// Takes the white space before or after it along.
  let stripsLeft, stripsRight: Bool
  /// Looked for in the normalized text.
  let isNormalized: Bool
  /// Found only where no letter or digit touches it.
  let isSingleWord: Bool
}

/// Finds added tokens in text: of those that start first, the longest.
struct AddedTokens: Sendable {
  enum Segment {
    case text(Range<Int>)
    case token(Int)
  }

  private let tokens: [AddedToken]
  private var trie = ByteTrie()

  init(_ tokens: [AddedToken]) {
    self.tokens = tokens
    for (index, token) in tokens.enumerated() { trie.insert(token.pattern, value: index) }
  }

  /// `text` cut at its added tokens; no piece of text is empty.
  func segments(of text: [UInt8]) -> [Segment] {
    guard !trie.isEmpty else { return text.isEmpty ? [] : [.text(0..<text.count)] }
    var segments: [Segment] = []
    var start = 0
    var index = 0
    while index < text.count {
      guard trie.mayStart(with: text[index]), let match = trie.longestMatch(at: index, in: text, end: text.count) else {
        index += 1
        continue
      }
      let token = tokens[match.value]
      let end = index + match.length
      let isTaken = !token.isSingleWord || Self.standsAlone(index..<end, in: text)
      if isTaken {
        let tokenStart = token.stripsLeft ? max(start, Self.startOfWhitespace(before: index, in: text)) : index
        if start < tokenStart { segments.append(.text(start..<tokenStart)) }
        segments.append(.token(token.id))
        start = token.stripsRight ? Self.endOfWhitespace(from: end, in: text) : end
      }
      index = end
    }
    if start < text.count { segments.append(.text(start..<text.count)) }
    return segments
  }

  private static func standsAlone(_ range: Range<Int>, in text: [UInt8]) -> Bool {
    if range.lowerBound > 0 {
      let before = UTF8Text.start(before: range.lowerBound, in: text)
      if ScalarSet.rustWord.contains(UTF8Text.scalar(at: before, in: text).scalar) { return false }
    }
    return range.upperBound == text.count
      || !ScalarSet.rustWord.contains(UTF8Text.scalar(at: range.upperBound, in: text).scalar)
  }

  private static func startOfWhitespace(before index: Int, in text: [UInt8]) -> Int {
    var start = index
    while start > 0 {
      let before = UTF8Text.start(before: start, in: text)
      guard UnicodeTable.isWhitespace(UTF8Text.scalar(at: before, in: text).scalar) else { break }
      start = before
    }
    return start
  }

  private static func endOfWhitespace(from index: Int, in text: [UInt8]) -> Int {
    var end = index
    while end < text.count {
      let (scalar, width) = UTF8Text.scalar(at: end, in: text)
      guard UnicodeTable.isWhitespace(scalar) else { break }
      end += width
    }
    return end
  }
}
