/// Counts different 64-bit hashes: exactly up to 262,144, beyond with a standard error of at most 0.3 %, in 8 MiB.
///
/// Past the limit it keeps only the hashes below a threshold, which it halves whenever they are again too many (adaptive
/// sampling, Flajolet 1990). What it keeps depends on the set of hashes alone, not on their order.
package struct DistinctCounter: Sendable {
  private let limit: Int
  /// Hashes are kept whose `depth` highest bits are zero.
  private var depth = 0
  private var kept = HashSet(capacity: 1 << 10)

  package init(limit: Int = 1 << 18) { self.limit = limit }

  package var count: Int { kept.count << depth }

  /// Counts what `other`, of the same limit, has met.
  package mutating func formUnion(_ other: DistinctCounter) {
    // What the other no longer keeps would not be kept here either, at its depth.
    if other.depth > depth { thin(to: other.depth) }
    for hash in other.kept.elements { insert(hash) }
  }

  package mutating func insert(_ hash: UInt64) {
    guard hash.leadingZeroBitCount >= depth else { return }
    kept.insert(hash)
    while kept.count > limit { thin(to: depth + 1) }
  }

  private mutating func thin(to depth: Int) {
    self.depth = depth
    var sparser = HashSet(capacity: limit)
    for hash in kept.elements where hash.leadingZeroBitCount >= depth { sparser.insert(hash) }
    kept = sparser
  }
}

/// A set of well-mixed 64-bit hashes by open addressing. `Set` would hash them a second time.
private struct HashSet: Sendable {
  private var slots: [UInt64]
  private(set) var count = 0

  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
  }

  var elements: some Sequence<UInt64> { slots.lazy.filter { $0 != 0 } }

  /// 0 marks a free slot, so the hash 0 counts as 1.
  mutating func insert(_ hash: UInt64) {
    let hash = hash == 0 ? 1 : hash
    if 2 * (count + 1) > slots.count { grow() }
    let slot = Self.slot(for: hash, in: slots)
    guard slots[slot] == 0 else { return }
    slots[slot] = hash
    count += 1
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: 0, count: 2 * slots.count)
    for hash in elements { larger[Self.slot(for: hash, in: larger)] = hash }
    slots = larger
  }

  /// Where `hash` stands, or the free slot where it would.
  private static func slot(for hash: UInt64, in slots: [UInt64]) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0, slots[slot] != hash { slot = (slot + 1) & mask }
    return slot
  }
}
