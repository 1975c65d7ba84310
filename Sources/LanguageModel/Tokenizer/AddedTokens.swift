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
}

/// Finds added tokens in text: of those that start first, the longest.
struct AddedTokens: Sendable {
  enum Segment {
    case text(ArraySlice<UInt8>)
    case token(Int)
  }

  /// By first byte, longest first.
  private let candidates: [[AddedToken]]
  private let isEmpty: Bool

  init(_ tokens: [AddedToken]) {
    var candidates = [[AddedToken]](repeating: [], count: 256)
    for token in tokens {
      if let first = token.pattern.first { candidates[Int(first)].append(token) }
    }
    self.candidates = candidates.map { list in list.sorted { $0.pattern.count > $1.pattern.count } }
    isEmpty = tokens.isEmpty
  }

  /// `text` cut at its added tokens; no segment is empty.
  func segments(of text: ArraySlice<UInt8>) -> [Segment] {
    if isEmpty { return text.isEmpty ? [] : [.text(text)] }
    var segments: [Segment] = []
    var start = text.startIndex
    var index = start
    while index < text.endIndex {
      let candidate = candidates[Int(text[index])].first { text[index...].starts(with: $0.pattern) }
      guard let token = candidate else {
        index += 1
        continue
      }
      var before = text[start..<index]
      index += token.pattern.count
      if token.stripsLeft { before = before.dropLast(Self.whitespaceWidth(atEndOf: before)) }
      if token.stripsRight { index += Self.whitespaceWidth(atStartOf: text[index...]) }
      if !before.isEmpty { segments.append(.text(before)) }
      segments.append(.token(token.id))
      start = index
    }
    if start < text.endIndex { segments.append(.text(text[start...])) }
    return segments
  }

  private static func whitespaceWidth(atStartOf text: ArraySlice<UInt8>) -> Int {
    width(String(decoding: text, as: UTF8.self).unicodeScalars.prefix { $0.properties.isWhitespace })
  }

  private static func whitespaceWidth(atEndOf text: ArraySlice<UInt8>) -> Int {
    width(String(decoding: text, as: UTF8.self).unicodeScalars.reversed().prefix { $0.properties.isWhitespace })
  }

  private static func width(_ scalars: some Sequence<Unicode.Scalar>) -> Int {
    scalars.reduce(0) { $0 + UTF8.width($1) }
  }
}
