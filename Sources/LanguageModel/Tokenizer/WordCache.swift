/// The tokens of words that were encoded before, in bounded memory.
///
/// A place a hash: a word takes the place of the one that had it. When the memory is full all is forgotten. What it answers
/// is what encoding would give, so that results do not depend on it.
struct WordCache: Sendable {
  private struct Entry {
    var hash: UInt64 = 0
    var textStart: UInt32 = 0
    var idStart: UInt32 = 0
    var textCount: UInt16 = 0
    var idCount: UInt16 = 0
  }

  /// Bytes of the longest word that is kept.
  static let longestWord = 64
  private static let placeCount = 1 << 14
  private static let largestText = 1 << 19
  private static let mostIDs = 1 << 18

  private var entries: [Entry] = []
  private var texts: [UInt8] = []
  private var ids: [Int] = []

  /// The hash by which a word is kept; never 0.
  static func hash(_ text: [UInt8], _ word: Range<Int>) -> UInt64 { ByteHash.hash(text, word) | 1 }

  /// Appends the tokens of a word to `result` where they are known.
  func append(_ text: [UInt8], _ word: Range<Int>, hash: UInt64, to result: inout [Int]) -> Bool {
    guard !entries.isEmpty else { return false }
    let entry = entries[Self.place(hash)]
    guard entry.hash == hash, Int(entry.textCount) == word.count else { return false }
    let start = Int(entry.textStart)
    for offset in 0..<word.count where texts[start + offset] != text[word.lowerBound + offset] { return false }
    let first = Int(entry.idStart)
    for index in first..<first + Int(entry.idCount) { result.append(ids[index]) }
    return true
  }

  mutating func insert(_ text: [UInt8], _ word: Range<Int>, hash: UInt64, ids found: ArraySlice<Int>) {
    guard found.count <= Int(UInt16.max) else { return }
    if entries.isEmpty || texts.count + word.count > Self.largestText || ids.count + found.count > Self.mostIDs {
      entries = [Entry](repeating: Entry(), count: Self.placeCount)
      texts.removeAll(keepingCapacity: true)
      ids.removeAll(keepingCapacity: true)
    }
    entries[Self.place(hash)] = Entry(
      hash: hash, textStart: UInt32(texts.count), idStart: UInt32(ids.count), textCount: UInt16(word.count),
      idCount: UInt16(found.count))
    texts += text[word]
    ids += found
  }

  private static func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 20) & (placeCount - 1) }
}
