/// Numbers different 64-bit hashes 0, 1, 2, … as they first occur. `Dictionary` would hash them a second time.
struct NGramIndex: Sendable {
  /// The hash of each number.
  private(set) var hashes: [UInt64] = []
  /// Open addressing, at most half full. A slot holds the high half of a hash and, in its low half, the number plus one;
  /// 0 is a free slot.
  private var slots = [UInt64](repeating: 0, count: 1 << 10)

  /// Forgets everything, and makes room for `capacity` different hashes.
  mutating func reset(capacity: Int) {
    var size = 1 << 10
    while size < 2 * capacity { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
    hashes.removeAll(keepingCapacity: true)
  }

  /// The number of `hash`, a new one where it has not occurred.
  mutating func number(of hash: UInt64) -> Int32 {
    precondition(2 * hashes.count < slots.count, "the index was made for fewer hashes")
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let number = Int(slots[slot] & 0xffff_ffff) - 1
      if slots[slot] >> 32 == hash >> 32, hashes[number] == hash { return Int32(number) }
      slot = (slot + 1) & mask
    }
    hashes.append(hash)
    slots[slot] = (hash & ~0xffff_ffff) | UInt64(hashes.count)
    return Int32(hashes.count - 1)
  }
}
