/// What SentencePiece does to text before it is encoded (`NormalizerSpec` of its model file).
struct SentencePieceNormalizer: Sendable {
  var characterMap: CharacterMap?
  var addsDummyPrefix = true
  var removesExtraSpaces = true
  var escapesSpaces = true
  /// Puts the dummy prefix at the end.
  var treatsSpaceAsSuffix = false
  /// Found in the text as they stand and not normalized.
  var userDefined = ByteTrie()

  private static let space = UInt8(ascii: " ")
  private var spaceMark: [UInt8] { escapesSpaces ? Joint.metaspace : [Self.space] }

  func normalized(_ text: [UInt8]) -> [UInt8] {
    var index = 0
    if removesExtraSpaces {
      while index < text.count {
        let (piece, length) = prefix(at: index, in: text)
        guard piece.elementsEqual([Self.space]) else { break }
        index += length
      }
    }
    guard index < text.count else { return [] }
    var result: [UInt8] = []
    result.reserveCapacity(text.count + text.count / 2 + 3)
    if addsDummyPrefix, !treatsSpaceAsSuffix { result += spaceMark }
    var followsSpace = removesExtraSpaces
    while index < text.count {
      var (piece, length) = prefix(at: index, in: text)
      while followsSpace, piece.first == Self.space { piece = piece.dropFirst() }
      for byte in piece {
        if byte == Self.space { result += spaceMark } else { result.append(byte) }
      }
      if let last = piece.last { followsSpace = last == Self.space }
      if !removesExtraSpaces { followsSpace = false }
      index += length
    }
    if removesExtraSpaces {
      while result.count >= spaceMark.count, result.suffix(spaceMark.count).elementsEqual(spaceMark) {
        result.removeLast(spaceMark.count)
      }
    }
    if addsDummyPrefix, treatsSpaceAsSuffix { result += spaceMark }
    return result
  }

  /// What the text at `index` starts with, normalized, and the number of bytes that it takes there.
  private func prefix(at index: Int, in text: [UInt8]) -> (ArraySlice<UInt8>, Int) {
    if let symbol = userDefined.longestMatch(at: index, in: text, end: text.count) {
      return (text[index..<index + symbol.length], symbol.length)
    }
    if let found = characterMap?.replacement(at: index, in: text, end: text.count) {
      return (found.bytes, found.length)
    }
    let width = UTF8Text.width(startingWith: text[index])
    return (text[index..<index + width], width)
  }
}
