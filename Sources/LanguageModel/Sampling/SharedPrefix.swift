/// Keys and values that several sequences begin with, packed for matrix products: the prompt of many samples.
package final class SharedPrefix: Sendable {
  /// Positions.
  package let count: Int
  let keys: FloatView
  let values: FloatView
  private let pool: PrefixPool?
  private let storage: FloatView

  /// The first `count` positions of `cache`, in memory of `pool` where one is given.
  package init(_ configuration: ModelConfiguration, _ cache: KeyValueCache, count: Int, pool: PrefixPool? = nil) {
    let c = configuration
    let d = c.headDimension
    let heads = c.layerCount * c.keyValueHeadCount
    let keySize = Kernel.packedCount(d, count)
    let valueSize = Kernel.packedCount(count, d)
    self.pool = pool
    storage = pool?.take() ?? FloatView(FloatBuffer(count: Self.floatCount(c, count: count)))
    let keys = storage.prefix(heads * keySize)
    let values = storage.slice(heads * keySize, heads * valueSize)
    let row = FloatView(FloatBuffer(count: count * d))
    let block = Kernel.keyBlock
    for head in 0..<heads {
      let place = head * cache.capacity * d
      for position in 0..<count {
        for index in 0..<d {
          row[index * count + position] =
            cache.keys[place + (position / block * d + index) * block + position % block]
        }
      }
      Kernel.pack(d, count, MatrixView(row, width: count), into: keys.slice(head * keySize, keySize))
      Kernel.pack(
        count, d, MatrixView(cache.values.slice(place, count * d), width: d),
        into: values.slice(head * valueSize, valueSize))
    }
    self.count = count
    self.keys = keys
    self.values = values
  }
  deinit { pool?.give(storage) }

  /// Numbers that `count` positions take.
  static func floatCount(_ c: ModelConfiguration, count: Int) -> Int {
    c.layerCount * c.keyValueHeadCount
      * (Kernel.packedCount(c.headDimension, count) + Kernel.packedCount(count, c.headDimension))
  }
}
