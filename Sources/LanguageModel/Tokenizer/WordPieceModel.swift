/// WordPiece: of a word the longest token first, then of what is left (Devlin et al., arXiv 1810.04805).
struct WordPieceModel: Sendable {
  let vocabulary: Vocabulary
  /// Marks tokens that do not start a word.
  let continuingPrefix: [UInt8]
  let unknownID: UInt32
  /// A word of more characters is unknown.
  let longestWord: Int
  /// Bytes of the longest token: no longer piece need be looked for.
  private let longestToken: Int

  init(_ vocabulary: Vocabulary, continuingPrefix: [UInt8], unknownID: UInt32, longestWord: Int) {
    self.vocabulary = vocabulary
    self.continuingPrefix = continuingPrefix
    self.unknownID = unknownID
    self.longestWord = longestWord
    longestToken = vocabulary.entries.reduce(0) { max($0, $1.token.count) }
  }

  /// Appends the tokens of `word` to `ids`: the unknown token alone where a part of it is none.
  func encode(_ text: [UInt8], _ word: Range<Int>, into ids: inout [Int]) {
    let first = ids.count
    let characterCount = text[word].reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) }
    var start = word.lowerBound
    while characterCount <= longestWord, start < word.upperBound {
      guard let (id, end) = longestPiece(text, start..<word.upperBound, isFirst: start == word.lowerBound) else {
        break
      }
      ids.append(Int(id))
      start = end
    }
    if start < word.upperBound {
      ids.removeLast(ids.count - first)
      ids.append(Int(unknownID))
    }
  }

  private func longestPiece(_ text: [UInt8], _ rest: Range<Int>, isFirst: Bool) -> (id: UInt32, end: Int)? {
    var end = rest.upperBound
    while end > rest.lowerBound {
      if end - rest.lowerBound <= longestToken,
        let id = isFirst
          ? vocabulary.id(of: text, rest.lowerBound..<end)
          : vocabulary.id(of: continuingPrefix + text[rest.lowerBound..<end])
      {
        return (id, end)
      }
      end = UTF8Text.start(before: end, in: text)
    }
    return nil
  }
}
