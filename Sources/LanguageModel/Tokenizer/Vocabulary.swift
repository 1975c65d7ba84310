/// The tokens of a model by their spelling, in one block.
struct Vocabulary: Sendable {
  private var bytes: [UInt8] = []
  /// Where each entry starts, and the end of the last.
  private var offsets: [UInt32] = [0]
  private var ids: [UInt32] = []
  /// Open addressing: the upper half of the hash, and the entry's number + 1 in the lower half; or 0.
  private var slots: [UInt64]

  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
    offsets.reserveCapacity(capacity + 1)
    ids.reserveCapacity(capacity)
  }

  var count: Int { ids.count }

  /// The id of the token that `text` spells in `range`.
  func id(of text: [UInt8], _ range: Range<Int>) -> UInt32? {
    let entry = slots[slot(of: text, range, ByteHash.hash(text, range))] & 0xffff_ffff
    return entry == 0 ? nil : ids[Int(entry) - 1]
  }

  func id(of text: [UInt8]) -> UInt32? { id(of: text, 0..<text.count) }

  func id(of text: String) -> UInt32? { id(of: Array(text.utf8)) }

  /// Of a token that is given twice the last id counts, as in other readers.
  mutating func insert(_ token: [UInt8], id: UInt32) {
    let hash = ByteHash.hash(token, 0..<token.count)
    let slot = slot(of: token, 0..<token.count, hash)
    if slots[slot] != 0 {
      ids[Int(slots[slot] & 0xffff_ffff) - 1] = id
      return
    }
    precondition(2 * ids.count < slots.count, "the capacity was announced")
    bytes += token
    offsets.append(UInt32(bytes.count))
    ids.append(id)
    slots[slot] = hash & ~0xffff_ffff | UInt64(ids.count)
  }

  /// Every token with its id, in the order in which they came.
  var entries: some Sequence<(token: ArraySlice<UInt8>, id: UInt32)> {
    ids.indices.lazy.map { (bytes[Int(offsets[$0])..<Int(offsets[$0 + 1])], ids[$0]) }
  }

  private func slot(of text: [UInt8], _ range: Range<Int>, _ hash: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32, isEntry(Int(slots[slot] & 0xffff_ffff) - 1, text, range) { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private func isEntry(_ entry: Int, _ text: [UInt8], _ range: Range<Int>) -> Bool {
    let start = Int(offsets[entry])
    guard Int(offsets[entry + 1]) - start == range.count else { return false }
    for offset in 0..<range.count where bytes[start + offset] != text[range.lowerBound + offset] { return false }
    return true
  }
}
