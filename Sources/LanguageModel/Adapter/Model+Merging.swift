extension Model {
  /// A model of its own with `adapter` added to its weights: W + scale · B · A, in float32.
  public func merging(_ adapter: LowRankAdapter) -> Model {
    let merged = FloatBuffer(count: layout.count)
    let scratch = FloatBuffer(count: Kernel.gemmScratchCount)
    for tensor in layout.tensors {
      let target = FloatView(merged, offset: tensor.offset, count: tensor.count)
      Self.widen(elements(of: tensor), to: target)
      if let pair = adapter.pair(at: tensor.offset) { adapter.add(pair, to: target, scratch: scratch) }
    }
    return Model(configuration: configuration, parameters: merged)
  }

  private static func widen(_ elements: WeightMatrix.Elements, to target: FloatView) {
    switch elements {
    case .float32(let view): Kernel.copy(view.count, view, to: target)
    case .bfloat16(let view), .float16(let view): Kernel.widen(view, elements.type, to: target)
    }
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
