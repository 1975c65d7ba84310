/// Keys and values of one sequence, for every layer and key-value head.
///
/// Keys stand in blocks of 16 positions, [dimension][16], so that a query meets 16 of them at once; values are
/// [position][dimension].
final class KeyValueCache: Sendable {
  let capacity: Int
  private let keys: FloatBuffer
  private let values: FloatBuffer
  private let heads: Int
  private let dimension: Int

  init(_ configuration: ModelConfiguration, capacity: Int) {
    let whole = (max(capacity, 1) + Kernel.keyBlock - 1) / Kernel.keyBlock * Kernel.keyBlock
    self.capacity = whole
    heads = configuration.keyValueHeadCount
    dimension = configuration.headDimension
    keys = FloatBuffer(count: configuration.layerCount * heads * whole * dimension)
    values = FloatBuffer(count: configuration.layerCount * heads * whole * dimension)
  }

  func keys(layer: Int, head: Int) -> FloatView { part(keys, layer, head) }
  func values(layer: Int, head: Int) -> FloatView { part(values, layer, head) }

  private func part(_ buffer: FloatBuffer, _ layer: Int, _ head: Int) -> FloatView {
    let size = capacity * dimension
    return FloatView(buffer, offset: (layer * heads + head) * size, count: size)
  }
}
