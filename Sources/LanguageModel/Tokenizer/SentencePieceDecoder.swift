/// How SentencePiece turns pieces into text again.
struct SentencePieceDecoder: Sendable {
  enum Piece: Sendable {
    case text([UInt8])
    case byte(UInt8)
    case unknown
    /// Of no text.
    case control
  }

  /// By id.
  let pieces: [Piece]
  /// What an unknown piece reads as.
  let unknownText: [UInt8]
  let addsDummyPrefix, removesExtraSpaces: Bool

  private static let space = UInt8(ascii: " ")

  /// - Parameter spelling: the text of a control piece that is kept, nil for one that is not.
  func text(of ids: [Int], spelling: (Int) -> [UInt8]?) -> [UInt8] {
    var result: [UInt8] = []
    var bytes: [UInt8] = []
    var isAtStart = true
    var hasSeenStart = false
    var lastWasEmpty = true
    for id in ids where pieces.indices.contains(id) {
      if case .byte(let byte) = pieces[id] {
        bytes.append(byte)
        continue
      }
      if !bytes.isEmpty {
        Self.flush(&bytes, to: &result)
        lastWasEmpty = false
      }
      if hasSeenStart || !lastWasEmpty { isAtStart = false }
      hasSeenStart = false
      let start = result.count
      switch pieces[id] {
      case .byte: break
      case .control: result += spelling(id) ?? []
      case .unknown: result += unknownText
      case .text(let text):
        var rest = text[...]
        if isAtStart, addsDummyPrefix || removesExtraSpaces, rest.starts(with: Joint.metaspace) {
          rest = rest.dropFirst(Joint.metaspace.count)
          // Where all leading spaces go, the next piece's go as well.
          hasSeenStart = !removesExtraSpaces
        }
        result += Self.unescaped(rest)
      }
      if case .control = pieces[id] {} else { lastWasEmpty = result.count == start && lastWasEmpty }
    }
    Self.flush(&bytes, to: &result)
    return result
  }

  /// What a piece adds within a text.
  func contribution(of id: Int) -> [UInt8] {
    switch pieces[id] {
    case .text(let text): Self.unescaped(text[...])
    case .byte(let byte): [byte]
    case .unknown: unknownText
    case .control: []
    }
  }

  private static func unescaped(_ piece: ArraySlice<UInt8>) -> [UInt8] {
    Normalizer.replaced(.literal(Joint.metaspace), by: [space], in: Array(piece), limit: .max)
  }

  /// Each byte that is no UTF-8 becomes U+FFFD.
  private static func flush(_ bytes: inout [UInt8], to result: inout [UInt8]) {
    var index = 0
    while index < bytes.count {
      let width = UTF8Text.width(startingWith: bytes[index])
      let end = index + width
      if end <= bytes.count, String(validating: bytes[index..<end], as: UTF8.self) != nil {
        result += bytes[index..<end]
        index = end
      } else {
        result += Array(UTF8.encodedReplacementCharacter)
        index += 1
      }
    }
    bytes.removeAll(keepingCapacity: true)
  }
}
