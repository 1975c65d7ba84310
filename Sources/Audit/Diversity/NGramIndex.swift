/// Numbers different 64-bit hashes 0, 1, 2, … as they first occur. `Dictionary` would hash them a second time.
struct NGramIndex: Sendable {
  /// The hash of each number.
  private(set) var hashes: [UInt64] = []
  /// Open addressing, at most half full. A slot holds the high half of a hash and, in its low half, `base` + the number. One with
  /// less was filled before the last reset and is free: so a reset need not touch the slots.
  private var slots = [UInt64](repeating: 0, count: 1 << 10)
  private var base: UInt64 = 1

  /// Forgets everything, and makes room for `capacity` different hashes.
  mutating func reset(capacity: Int) {
    base += UInt64(hashes.count)
    hashes.removeAll(keepingCapacity: true)
    let isExhausted = base + UInt64(capacity) > UInt64(UInt32.max)
    if isExhausted || slots.count < 2 * capacity {
      var size = slots.count
      while size < 2 * capacity { size *= 2 }
      slots = [UInt64](repeating: 0, count: size)
      base = 1
    }
  }

  /// The number of `hash`, a new one where it has not occurred.
  mutating func number(of hash: UInt64) -> Int32 {
    precondition(2 * hashes.count < slots.count, "the index was made for fewer hashes")
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] & 0xffff_ffff >= base {
      let number = Int(slots[slot] & 0xffff_ffff - base)
      if slots[slot] >> 32 == hash >> 32, hashes[number] == hash { return Int32(number) }
      slot = (slot + 1) & mask
    }
    slots[slot] = (hash & ~0xffff_ffff) | (base + UInt64(hashes.count))
    hashes.append(hash)
    return Int32(hashes.count - 1)
  }
}
