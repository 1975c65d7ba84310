/// Splits elementwise work over a whole buffer between threads, in pieces of a fixed size.
enum ElementRange {
  static let size = 1 << 16

  static func forEach(_ count: Int, threads: Int, _ body: @Sendable (Range<Int>) -> Void) {
    ComputePool.forEach((count + size - 1) / size, threads: threads) { _, index in
      body(index * size..<min((index + 1) * size, count))
    }
  }
}
