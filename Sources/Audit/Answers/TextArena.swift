/// Many texts in few blocks of memory. A `String` each would take its own allocation and half as much memory again.
struct TextArena: Sendable {
  /// Where a text lies.
  struct Span: Sendable, Hashable {
    fileprivate let block: Int32
    fileprivate let start: Int32
    fileprivate let count: Int32

    /// UTF-8 code units.
    var byteCount: Int { Int(count) }
  }

  private static let blockSize = 1 << 20
  private var blocks: [[UInt8]] = []

  /// Keeps `text`, of at most 2 GiB.
  mutating func append(_ text: some Collection<UInt8>) -> Span {
    let count = text.count
    precondition(count <= Int(Int32.max), "a text has at most 2 GiB")
    if blocks.last.map({ $0.count + count > Self.blockSize }) ?? true {
      var block: [UInt8] = []
      block.reserveCapacity(max(count, Self.blockSize))
      blocks.append(block)
    }
    let last = blocks.count - 1
    let start = blocks[last].count
    blocks[last].append(contentsOf: text)
    return Span(block: Int32(last), start: Int32(start), count: Int32(count))
  }

  subscript(span: Span) -> ArraySlice<UInt8> {
    blocks[Int(span.block)][Int(span.start)..<Int(span.start) + Int(span.count)]
  }
}
