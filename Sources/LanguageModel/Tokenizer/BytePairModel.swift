/// Byte-pair encoding of one word: the merges of Sennrich et al. (arXiv 1508.07909), over bytes.
struct BytePairModel: Sendable {
  /// The token of each byte; nil where the vocabulary lacks it.
  let byteIDs: [UInt32?]
  let merges: MergeTable
  /// Takes the place of a byte without a token. Where it is nil too, such bytes are left out, as Hugging Face does.
  let unknownID: UInt32?
  /// Words that are a token as they stand, whatever the merges say (`ignore_merges`).
  let wholeWords: [ArraySlice<UInt8>: Int]

  /// Working memory, kept from word to word: the tokens of a word as a doubly linked list, and the merges that wait.
  struct Workspace {
    fileprivate var ids: [UInt32] = []
    fileprivate var next: [Int] = []
    fileprivate var previous: [Int] = []
    /// Rank in the upper half, position of the left token in the lower.
    fileprivate var queue = MinimumHeap<UInt64>()
  }

  /// Marks a token that was merged into its left neighbour.
  private static let merged = UInt32.max

  /// Appends the tokens of `word` to `ids`, in O(n log n) of its length.
  func encode(_ word: ArraySlice<UInt8>, workspace: inout Workspace, into ids: inout [Int]) {
    if let id = wholeWords[word] {
      ids.append(id)
      return
    }
    workspace.ids.removeAll(keepingCapacity: true)
    for byte in word {
      if let id = byteIDs[Int(byte)] ?? unknownID { workspace.ids.append(id) }
    }
    merge(&workspace)
    for id in workspace.ids where id != Self.merged { ids.append(Int(id)) }
  }

  /// Applies the merge of smallest rank, leftmost first, until none is left.
  private func merge(_ work: inout Workspace) {
    let count = work.ids.count
    guard count > 1 else { return }
    work.next.removeAll(keepingCapacity: true)
    work.previous.removeAll(keepingCapacity: true)
    for index in 0..<count {
      work.next.append(index + 1)
      work.previous.append(index - 1)
    }
    for left in 0..<(count - 1) { enqueue(left, &work) }
    while let entry = work.queue.removeMinimum() {
      let left = Int(entry & 0xffff_ffff)
      let right = work.next[left]
      // An entry is stale when either token has been merged since; then the pair is gone or has another rank.
      guard work.ids[left] != Self.merged, right < count,
        let merge = merges[work.ids[left], work.ids[right]], UInt64(merge.rank) == entry >> 32
      else { continue }
      work.ids[left] = merge.id
      work.ids[right] = Self.merged
      let after = work.next[right]
      work.next[left] = after
      if after < count {
        work.previous[after] = left
        enqueue(left, &work)
      }
      if work.previous[left] >= 0 { enqueue(work.previous[left], &work) }
    }
  }

  private func enqueue(_ left: Int, _ work: inout Workspace) {
    if let merge = merges[work.ids[left], work.ids[work.next[left]]] {
      work.queue.insert(UInt64(merge.rank) << 32 | UInt64(left))
    }
  }
}
