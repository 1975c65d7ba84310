/// SentencePiece's table of character sequences and what they are replaced by (`precompiled_charsmap`).
///
/// A 32-bit length, a double-array trie of that many bytes (Aoe 1989, in the layout of Darts-clone), and the replacements,
/// each closed by a zero byte.
struct CharacterMap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]

  /// nil where the bytes are no such table.
  init?(_ bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count >= 4 else { return nil }
    func word(_ index: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << UInt32(8 * $1) }
    }
    let trieSize = Int(word(0))
    guard trieSize > 0, trieSize % 4 == 0, trieSize <= bytes.count - 4 else { return nil }
    units = stride(from: 4, to: 4 + trieSize, by: 4).map(word)
    replacements = Array(bytes[(4 + trieSize)...])
  }

  /// What takes the place of the longest (or `shortest`) entry that `text` has at `index`, and that entry's length.
  func replacement(at index: Int, in text: [UInt8], end: Int, shortest: Bool = false) -> (
    bytes: ArraySlice<UInt8>, length: Int
  )? {
    var found: (value: Int, length: Int)?
    var node = Self.offset(units[0])
    var position = index
    while position < end {
      node ^= Int(text[position])
      // A damaged table may lead anywhere; outside of it nothing is found.
      guard node < units.count, Self.label(units[node]) == UInt32(text[position]) else { break }
      let unit = units[node]
      node ^= Self.offset(unit)
      guard node < units.count else { break }
      position += 1
      if unit >> 8 & 1 == 1 {
        found = (Int(units[node] & 0x7fff_ffff), position - index)
        if shortest { break }
      }
    }
    guard let found, found.value < replacements.count else { return nil }
    let rest = replacements[found.value...]
    let bytes = rest[..<(rest.firstIndex(of: 0) ?? rest.endIndex)]
    return String(validating: bytes, as: UTF8.self) == nil ? nil : (bytes, found.length)
  }

  private static func label(_ unit: UInt32) -> UInt32 { unit & 0x8000_00ff }

  private static func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 1 << 9) >> 6) }
}
