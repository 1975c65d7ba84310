/// Keys and values that several sequences begin with, packed for matrix products: the prompt of many samples.
package final class SharedPrefix: Sendable {
  /// Positions.
  package let count: Int
  let keys: FloatView
  let values: FloatView

  /// The first `count` positions of `cache`.
  package init(_ configuration: ModelConfiguration, _ cache: KeyValueCache, count: Int) {
    let c = configuration
    let d = c.headDimension
    let heads = c.layerCount * c.keyValueHeadCount
    let keySize = Kernel.packedCount(d, count)
    let valueSize = Kernel.packedCount(count, d)
    let keys = FloatView(FloatBuffer(count: heads * keySize))
    let values = FloatView(FloatBuffer(count: heads * valueSize))
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
}
