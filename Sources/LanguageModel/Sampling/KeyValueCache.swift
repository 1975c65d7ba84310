/// Keys and values of one sequence, for every layer and key-value head.
///
/// Layer by layer and head by head: keys stand in blocks of 16 positions, [dimension][16], so that a query meets 16 of
/// them at once; values are [position][dimension].
package final class KeyValueCache: Sendable {
  /// Positions, a whole number of blocks.
  package let capacity: Int
  let keys: FloatView
  let values: FloatView

  package init(_ configuration: ModelConfiguration, capacity: Int, storage: FloatView? = nil) {
    self.capacity = Self.wholeBlocks(capacity)
    let count = Self.count(configuration, capacity: capacity)
    let storage = storage ?? FloatView(FloatBuffer(count: count))
    keys = storage.prefix(count / 2)
    values = storage.slice(count / 2, count / 2)
  }

  /// Caches of one size side by side in one buffer: large enough to get huge pages.
  package static func caches(_ configuration: ModelConfiguration, capacity: Int, count: Int) -> [KeyValueCache] {
    let size = Self.count(configuration, capacity: capacity)
    let storage = FloatView(FloatBuffer(count: size * count))
    return (0..<count).map {
      KeyValueCache(configuration, capacity: capacity, storage: storage.slice($0 * size, size))
    }
  }

  private static func wholeBlocks(_ capacity: Int) -> Int {
    (max(capacity, 1) + Kernel.keyBlock - 1) / Kernel.keyBlock * Kernel.keyBlock
  }

  /// Numbers of a cache, which may be more than an `Int` holds where a configuration is damaged.
  static func floatCount(_ c: ModelConfiguration, capacity: Int) -> Double {
    Double(2 * c.layerCount * c.keyValueHeadCount * c.headDimension) * Double(wholeBlocks(capacity))
  }

  private static func count(_ c: ModelConfiguration, capacity: Int) -> Int {
    Int(floatCount(c, capacity: capacity))
  }
}
