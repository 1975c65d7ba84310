/// Applies merges to the symbols of one word; working memory that is kept from word to word.
struct BytePairMerger: Sendable {
  /// The word's symbols as a doubly linked list.
  var ids: [UInt32] = []
  private var next: [Int] = []
  private var previous: [Int] = []
  /// Rank in the upper half, position of the left symbol in the lower.
  private var queue = MinimumHeap<UInt64>()

  /// Marks a symbol that was merged into its left neighbour.
  static let merged = UInt32.max

  /// Applies the merge of smallest rank, leftmost first, until none is left: O(n log n) of the word's length.
  mutating func merge(_ merges: MergeTable) {
    let count = ids.count
    guard count > 1 else { return }
    next.removeAll(keepingCapacity: true)
    previous.removeAll(keepingCapacity: true)
    for index in 0..<count {
      next.append(index + 1)
      previous.append(index - 1)
    }
    for left in 0..<(count - 1) { enqueue(left, merges) }
    while let entry = queue.removeMinimum() {
      let left = Int(entry & 0xffff_ffff)
      let right = next[left]
      // An entry is stale when either symbol has been merged since; then the pair is gone or has another rank.
      guard ids[left] != Self.merged, right < count,
        let merge = merges[ids[left], ids[right]], UInt64(merge.rank) == entry >> 32
      else { continue }
      ids[left] = merge.id
      ids[right] = Self.merged
      let after = next[right]
      next[left] = after
      if after < count {
        previous[after] = left
        enqueue(left, merges)
      }
      if previous[left] >= 0 { enqueue(previous[left], merges) }
    }
  }

  private mutating func enqueue(_ left: Int, _ merges: MergeTable) {
    if let merge = merges[ids[left], ids[next[left]]] {
      queue.insert(UInt64(merge.rank) << 32 | UInt64(left))
    }
  }
}
