/// Causal grouped-query attention over packed sequences (Ainslie et al. 2305.13245), in a sliding window where the layer
/// has one (Beltagy et al. 2004.05150).
///
/// A segment with a prefix attends to the prefix's keys and to its own: its scores are [rows, prefix + rows].
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
    forEachHead(sequences) { segment, head, group in
      let t = segment.rows.count
      let p = probabilities(segment, head, group, block, window, workspace)
      let out = matrix(block.attended, segment.rows, head, queryWidth)
      for (columns, rows) in parts(segment) {
        Kernel.multiply(
          t, dimension, rows.count, self.columns(p, columns), matrix(block.value, rows, group, keyValueWidth),
          into: out, accumulate: columns > 0, scratch: workspace.gemm)
      }
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
    forEachHead(sequences) { segment, head, group in
      let t = segment.rows.count
      let scratch = workspace.gemm
      let p = probabilities(segment, head, group, block, window, workspace)
      let dp = MatrixView(FloatView(workspace.scoreGradients), width: p.rowStride)
      let dout = matrix(gradients.attended, segment.rows, head, queryWidth)
      for (columns, rows) in parts(segment) {
        Kernel.multiply(
          rows.count, dimension, t, self.columns(p, columns).transposed, dout,
          into: matrix(gradients.value, rows, group, keyValueWidth), accumulate: true, scratch: scratch)
        Kernel.multiply(
          t, rows.count, dimension, dout, matrix(block.value, rows, group, keyValueWidth).transposed,
          into: self.columns(dp, columns), scratch: scratch)
      }
      softmaxBackward(segment, window, p.view, dp.view)
      for (columns, rows) in parts(segment) {
        Kernel.multiply(
          t, dimension, rows.count, self.columns(dp, columns), matrix(block.key, rows, group, keyValueWidth),
          into: matrix(gradients.query, segment.rows, head, queryWidth), accumulate: columns > 0, scratch: scratch)
        Kernel.multiply(
          rows.count, dimension, t, self.columns(dp, columns).transposed,
          matrix(block.query, segment.rows, head, queryWidth),
          into: matrix(gradients.key, rows, group, keyValueWidth), accumulate: true, scratch: scratch)
      }
    }
  }

  private func forEachHead(
    _ sequences: PackedSequences, _ body: (_ segment: PackedSequences.Segment, _ head: Int, _ group: Int) -> Void
  ) {
    for segment in sequences.segments {
      for head in 0..<heads { body(segment, head, head / (heads / keyValueHeads)) }
    }
  }

  /// The columns of the scores where each run of keys begins, and the keys' rows.
  private func parts(_ segment: PackedSequences.Segment) -> [(columns: Int, rows: Range<Int>)] {
    segment.prefix.isEmpty ? [(0, segment.rows)] : [(0, segment.prefix), (segment.prefix.count, segment.rows)]
  }

  private func probabilities(
    _ segment: PackedSequences.Segment, _ head: Int, _ group: Int, _ block: Workspace.Block, _ window: Int?,
    _ workspace: Workspace
  ) -> MatrixView {
    let t = segment.rows.count
    let p = MatrixView(FloatView(workspace.scores), width: segment.prefix.count + t)
    for (columns, rows) in parts(segment) {
      Kernel.multiply(
        t, rows.count, dimension, matrix(block.query, segment.rows, head, queryWidth),
        matrix(block.key, rows, group, keyValueWidth).transposed, into: self.columns(p, columns),
        scratch: workspace.gemm)
    }
    let window = effective(window, segment)
    if !segment.prefix.isEmpty {
      Kernel.branchSoftmax(t, prefix: segment.prefix.count, window: window, scale: scale, p.view)
    } else if let window {
      Kernel.windowSoftmax(t, window: window, scale: scale, p.view)
    } else {
      Kernel.causalSoftmax(t, scale: scale, p.view)
    }
    return p
  }

  private func softmaxBackward(
    _ segment: PackedSequences.Segment, _ window: Int?, _ p: FloatView, _ dscores: FloatView
  ) {
    let t = segment.rows.count
    let window = effective(window, segment)
    if !segment.prefix.isEmpty {
      Kernel.branchSoftmaxBackward(
        t, prefix: segment.prefix.count, window: window, scale: scale, p: p, dscores: dscores)
    } else if let window {
      Kernel.windowSoftmaxBackward(t, window: window, scale: scale, p: p, dscores: dscores)
    } else {
      Kernel.causalSoftmaxBackward(t, scale: scale, p: p, dscores: dscores)
    }
  }

  /// nil where the window holds the whole sequence.
  private func effective(_ window: Int?, _ segment: PackedSequences.Segment) -> Int? {
    window.flatMap { $0 < segment.prefix.count + segment.rows.count ? $0 : nil }
  }

  private func columns(_ matrix: MatrixView, _ first: Int) -> MatrixView {
    MatrixView(matrix.view.dropFirst(first), width: matrix.rowStride)
  }

  /// Head `head` of the tokens `rows`, which lie `width` apart.
  private func matrix(_ buffer: FloatBuffer, _ rows: Range<Int>, _ head: Int, _ width: Int) -> MatrixView {
    MatrixView(FloatView(buffer, offset: rows.lowerBound * width + head * dimension), width: dimension, stride: width)
  }
}
