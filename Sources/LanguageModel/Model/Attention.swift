/// Causal grouped-query attention over packed sequences (Ainslie et al. 2305.13245), in a sliding window where the layer
/// has one (Beltagy et al. 2004.05150).
struct Attention {
  let heads: Int
  let keyValueHeads: Int
  let dimension: Int

  init(_ configuration: ModelConfiguration) {
    heads = configuration.headCount
    keyValueHeads = configuration.keyValueHeadCount
    dimension = configuration.headDimension
  }

  private var queryWidth: Int { heads * dimension }
  private var keyValueWidth: Int { keyValueHeads * dimension }
  private var scale: Float { 1 / Float(dimension).squareRoot() }

  /// `attended` from rotated `query` and `key` and from `value`.
  func forward(_ sequences: PackedSequences, _ block: Workspace.Block, window: Int?, _ workspace: Workspace) {
    forEachHead(sequences) { start, t, head, group in
      let p = probabilities(t, start, head, group, block, window, workspace)
      Kernel.multiply(
        t, dimension, t, p, matrix(block.value, start, group, keyValueWidth),
        into: matrix(block.attended, start, head, queryWidth), scratch: workspace.gemm)
    }
  }

  /// Gradients of query, key and value from that of `attended`; probabilities are computed again rather than kept.
  func backward(
    _ sequences: PackedSequences, _ block: Workspace.Block, window: Int?, _ gradients: Workspace.Gradients,
    _ workspace: Workspace
  ) {
    let n = sequences.tokenCount
    Kernel.fill(FloatView(gradients.key).prefix(n * keyValueWidth), with: 0)
    Kernel.fill(FloatView(gradients.value).prefix(n * keyValueWidth), with: 0)
    forEachHead(sequences) { start, t, head, group in
      let p = probabilities(t, start, head, group, block, window, workspace)
      let dp = MatrixView(FloatView(workspace.scoreGradients), width: t)
      let dout = matrix(gradients.attended, start, head, queryWidth)
      let scratch = workspace.gemm
      Kernel.multiply(
        t, dimension, t, p.transposed, dout, into: matrix(gradients.value, start, group, keyValueWidth),
        accumulate: true, scratch: scratch)
      Kernel.multiply(
        t, t, dimension, dout, matrix(block.value, start, group, keyValueWidth).transposed, into: dp, scratch: scratch)
      if let window, window < t {
        Kernel.windowSoftmaxBackward(t, window: window, scale: scale, p: p.view, dscores: dp.view)
      } else {
        Kernel.causalSoftmaxBackward(t, scale: scale, p: p.view, dscores: dp.view)
      }
      Kernel.multiply(
        t, dimension, t, dp, matrix(block.key, start, group, keyValueWidth),
        into: matrix(gradients.query, start, head, queryWidth), scratch: scratch)
      Kernel.multiply(
        t, dimension, t, dp.transposed, matrix(block.query, start, head, queryWidth),
        into: matrix(gradients.key, start, group, keyValueWidth), accumulate: true, scratch: scratch)
    }
  }

  private func forEachHead(
    _ sequences: PackedSequences, _ body: (_ start: Int, _ t: Int, _ head: Int, _ group: Int) -> Void
  ) {
    for index in 0..<(sequences.offsets.count - 1) {
      let start = sequences.offsets[index]
      let t = sequences.offsets[index + 1] - start
      if t == 0 { continue }
      for head in 0..<heads { body(start, t, head, head / (heads / keyValueHeads)) }
    }
  }

  private func probabilities(
    _ t: Int, _ start: Int, _ head: Int, _ group: Int, _ block: Workspace.Block, _ window: Int?,
    _ workspace: Workspace
  ) -> MatrixView {
    let p = MatrixView(FloatView(workspace.scores), width: t)
    Kernel.multiply(
      t, t, dimension, matrix(block.query, start, head, queryWidth),
      matrix(block.key, start, group, keyValueWidth).transposed, into: p, scratch: workspace.gemm)
    if let window, window < t {
      Kernel.windowSoftmax(t, window: window, scale: scale, p.view)
    } else {
      Kernel.causalSoftmax(t, scale: scale, p.view)
    }
    return p
  }

  /// Head `head` of the tokens from `start` on, rows `width` apart.
  private func matrix(_ buffer: FloatBuffer, _ start: Int, _ head: Int, _ width: Int) -> MatrixView {
    MatrixView(FloatView(buffer, offset: start * width + head * dimension), width: dimension, stride: width)
  }
}
