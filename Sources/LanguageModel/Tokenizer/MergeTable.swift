/// The merges of a byte-pair encoding: for a pair of token ids, when it is merged and into what.
///
/// Open addressing over flat arrays: encoding spends most of its time in this lookup.
struct MergeTable: Sendable {
  struct Merge: Sendable, Hashable {
    /// Position in the list of merges; the smallest is applied first.
    let rank: UInt32
    let id: UInt32
  }

  private static let empty = UInt64.max
  private var keys: [UInt64]
  private var merges: [Merge]
  private let mask: Int

  /// A table with room for `capacity` pairs.
  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    keys = [UInt64](repeating: Self.empty, count: size)
    merges = [Merge](repeating: Merge(rank: 0, id: 0), count: size)
    mask = size - 1
  }

  subscript(left: UInt32, right: UInt32) -> Merge? {
    get {
      let key = Self.key(left, right)
      let slot = slot(of: key)
      return keys[slot] == key ? merges[slot] : nil
    }
    set {
      let key = Self.key(left, right)
      let slot = slot(of: key)
      guard let newValue else { preconditionFailure("a merge is never removed") }
      keys[slot] = key
      merges[slot] = newValue
    }
  }

  private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 { UInt64(left) << 32 | UInt64(right) }

  /// Where `key` stands, or the empty slot where it belongs.
  private func slot(of key: UInt64) -> Int {
    let hash = key &* 0x9e37_79b9_7f4a_7c15
    var slot = Int(truncatingIfNeeded: hash >> 32) & mask
    while keys[slot] != key && keys[slot] != Self.empty { slot = (slot + 1) & mask }
    return slot
  }
}
