/// Hands out memory for packed weights from few large blocks.
///
/// A block lies in huge pages where the system has them; matrices of their own, a megabyte each, would not, and reading
/// all weights for every token would be a page walk every 64 cache lines.
final class WeightArena {
  /// 8 MiB.
  private static let blockCount = 2 << 20
  /// Floats of a cache line.
  private static let alignment = 16

  private var block = FloatView(FloatBuffer(count: 0))
  private var used = 0

  /// `count` floats that nobody else is given, aligned to 64 bytes.
  func take(_ count: Int) -> FloatView {
    let rounded = (count + Self.alignment - 1) / Self.alignment * Self.alignment
    if block.count - used < rounded {
      let fresh = FloatView(FloatBuffer(count: max(rounded, Self.blockCount)))
      // A matrix that fills a block leaves the one in use to those after it.
      if rounded >= Self.blockCount { return fresh.slice(0, count) }
      block = fresh
      used = 0
    }
    defer { used += rounded }
    return block.slice(used, count)
  }
}
