/// The tokens of a model by their spelling, in one block.
struct Vocabulary: Sendable {
  private var bytes: [UInt8] = []
  /// Where each entry starts, and the end of the last.
  private var offsets: [Int] = [0]
  private var ids: [UInt32] = []
  /// Open addressing: entry number + 1, or 0.
  private var slots: [UInt32]

  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = [UInt32](repeating: 0, count: size)
    offsets.reserveCapacity(capacity + 1)
    ids.reserveCapacity(capacity)
  }

  var count: Int { ids.count }

  /// The id of the token that `text` spells in `range`.
  func id(of text: [UInt8], _ range: Range<Int>) -> UInt32? {
    let entry = slots[slot(of: text, range)]
    return entry == 0 ? nil : ids[Int(entry) - 1]
  }

  func id(of text: [UInt8]) -> UInt32? { id(of: text, 0..<text.count) }

  func id(of text: String) -> UInt32? { id(of: Array(text.utf8)) }

  /// Of a token that is given twice the last id counts, as in other readers.
  mutating func insert(_ token: [UInt8], id: UInt32) {
    let slot = slot(of: token, 0..<token.count)
    if slots[slot] != 0 {
      ids[Int(slots[slot]) - 1] = id
      return
    }
    precondition(2 * ids.count < slots.count, "the capacity was announced")
    bytes += token
    offsets.append(bytes.count)
    ids.append(id)
    slots[slot] = UInt32(ids.count)
  }

  /// Every token with its id, in the order in which they came.
  var entries: some Sequence<(token: ArraySlice<UInt8>, id: UInt32)> {
    ids.indices.lazy.map { (bytes[offsets[$0]..<offsets[$0 + 1]], ids[$0]) }
  }

  private func slot(of text: [UInt8], _ range: Range<Int>) -> Int {
    // Seeded anew in every process, so that no file can be made to collide; no output depends on the places.
    var hasher = Hasher()
    unsafe text.withUnsafeBytes { unsafe hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0[range])) }
    var slot = Int(truncatingIfNeeded: UInt(bitPattern: hasher.finalize())) & (slots.count - 1)
    while slots[slot] != 0, !isEntry(Int(slots[slot]) - 1, text, range) { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  private func isEntry(_ entry: Int, _ text: [UInt8], _ range: Range<Int>) -> Bool {
    let start = offsets[entry]
    guard offsets[entry + 1] - start == range.count else { return false }
    for offset in 0..<range.count where bytes[start + offset] != text[range.lowerBound + offset] { return false }
    return true
  }
}
