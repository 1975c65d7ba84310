import Foundation

extension Model {
  /// A model of its own with `adapter` added to its weights: W + scale · B · A, in float32.
  public func merging(_ adapter: LowRankAdapter) -> Model {
    let merged = FloatBuffer(count: layout.count)
    let scratch = FloatBuffer(count: Kernel.gemmScratchCount)
    for tensor in layout.tensors {
      merge(
        adapter, tensor, into: FloatView(merged, offset: tensor.offset, count: tensor.count), scratch: scratch)
    }
    return Model(configuration: configuration, parameters: merged)
  }

  /// Writes the folder of this model with `adapter` added to its weights, in the element type that the model has, one
  /// tensor in memory at a time.
  ///
  /// - Throws: `ModelError` as `save` does.
  public func save(merging adapter: LowRankAdapter, to folder: URL, auxiliaryFilesFrom source: URL?) throws {
    let scratch = FloatBuffer(count: Kernel.gemmScratchCount)
    try save(to: folder, auxiliaryFilesFrom: source, tokenizerJSON: nil, elementType: embedding.elementType) { tensor in
      let merged = FloatView(FloatBuffer(count: tensor.count))
      merge(adapter, tensor, into: merged, scratch: scratch)
      return .float32(merged)
    }
  }

  private func merge(
    _ adapter: LowRankAdapter, _ tensor: ParameterLayout.Tensor, into target: FloatView, scratch: FloatBuffer
  ) {
    Kernel.copy(tensor.count, elements(of: tensor).widened(), to: target)
    if let pair = adapter.pair(at: tensor.offset) { adapter.add(pair, to: target, scratch: scratch) }
  }
}

extension LowRankAdapter {
  /// `weight` += scale · B · A.
  fileprivate func add(_ pair: Pair, to weight: FloatView, scratch: FloatBuffer) {
    let count = pair.outputs * settings.rank
    let scaled = FloatView(FloatBuffer(count: count))
    Kernel.copy(count, FloatView(weights.values, offset: pair.b, count: count), to: scaled)
    Kernel.scale(scaled, by: Float(settings.scale))
    Kernel.multiply(
      pair.outputs, pair.inputs, settings.rank, MatrixView(scaled, width: settings.rank),
      a(pair, in: weights.values), into: MatrixView(weight, width: pair.inputs), accumulate: true, scratch: scratch)
  }
}
