/// Rows that are parts of one JSON value: the samples of a log, the entries of a list.
struct PartBlocks: RowSource {
  private let bytes: [UInt8]
  private var parts: ArraySlice<RowBlock.Row>
  private let count: Int

  /// - Parameter count: Parts in a block.
  init(_ bytes: [UInt8], parts: [(name: String, range: Range<Int>)], count: Int) {
    self.bytes = bytes
    self.parts = parts.map { RowBlock.Row(range: $0.range, place: .part($0.name)) }[...]
    self.count = max(1, count)
  }

  mutating func next() -> RowBlock? {
    guard !parts.isEmpty else { return nil }
    defer { parts = parts.dropFirst(count) }
    return RowBlock(bytes, parts: Array(parts.prefix(count)))
  }
}
