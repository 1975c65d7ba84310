/// Causal grouped-query attention over packed sequences (Ainslie et al. 2305.13245), in a sliding window where the layer
/// has one (Beltagy et al. 2004.05150).
///
/// A segment with a prefix attends to its keys and to its own: scores are [rows, prefix + rows]. Most of what lies past a
/// row's own token is not computed.
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
      let p = probabilities(segment, head, group, block, window, workspace)
      for part in parts(segment) {
        Kernel.multiply(
          part.rows.count, dimension, part.keys.count, scores(p, part),
          matrix(block.value, part.keys, group, keyValueWidth),
          into: matrix(block.attended, part.tokens, head, queryWidth), accumulate: part.column > 0,
          scratch: workspace.gemm)
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
      let scratch = workspace.gemm
      let p = probabilities(segment, head, group, block, window, workspace)
      let dp = MatrixView(FloatView(workspace.scoreGradients), width: p.rowStride)
      for part in parts(segment) {
        Kernel.multiply(
          part.rows.count, part.keys.count, dimension, matrix(gradients.attended, part.tokens, head, queryWidth),
          matrix(block.value, part.keys, group, keyValueWidth).transposed, into: scores(dp, part), scratch: scratch)
      }
      softmaxBackward(segment, window, p.view, dp.view)
      for part in parts(segment) {
        Kernel.multiply(
          part.rows.count, dimension, part.keys.count, scores(dp, part),
          matrix(block.key, part.keys, group, keyValueWidth),
          into: matrix(gradients.query, part.tokens, head, queryWidth), accumulate: part.column > 0, scratch: scratch)
      }
      for part in partsByKey(segment) {
        Kernel.multiply(
          part.keys.count, dimension, part.rows.count, scores(p, part).transposed,
          matrix(gradients.attended, part.tokens, head, queryWidth),
          into: matrix(gradients.value, part.keys, group, keyValueWidth), accumulate: true, scratch: scratch)
        Kernel.multiply(
          part.keys.count, dimension, part.rows.count, scores(dp, part).transposed,
          matrix(block.query, part.tokens, head, queryWidth),
          into: matrix(gradients.key, part.keys, group, keyValueWidth), accumulate: true, scratch: scratch)
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

  /// Rows of a segment's scores with the tokens whose queries they are, and the keys of the columns from `column` on.
  private struct Part {
    let rows, tokens, keys: Range<Int>
    let column: Int

    /// - Parameter rows: Counted from the segment's first.
    init(_ segment: PackedSequences.Segment, rows: Range<Int>, keys: Range<Int>, column: Int) {
      self.rows = rows
      self.keys = keys
      self.column = column
      let first = segment.rows.lowerBound
      tokens = (first + rows.lowerBound)..<(first + rows.upperBound)
    }
  }

  /// The scores that are computed, by blocks of rows: of the prefix all, of the segment up to a block's last token.
  private func parts(_ segment: PackedSequences.Segment) -> [Part] {
    let first = segment.rows.lowerBound
    return prefixPart(segment)
      + Self.blocks(segment.rows.count).map { rows in
        Part(segment, rows: rows, keys: first..<(first + rows.upperBound), column: segment.prefix.count)
      }
  }

  /// The same scores by blocks of keys: those of the segment are seen from the block's first token on.
  private func partsByKey(_ segment: PackedSequences.Segment) -> [Part] {
    let first = segment.rows.lowerBound
    let count = segment.rows.count
    return prefixPart(segment)
      + Self.blocks(count).map { keys in
        Part(
          segment, rows: keys.lowerBound..<count, keys: (first + keys.lowerBound)..<(first + keys.upperBound),
          column: segment.prefix.count + keys.lowerBound)
      }
  }

  private func prefixPart(_ segment: PackedSequences.Segment) -> [Part] {
    segment.prefix.isEmpty ? [] : [Part(segment, rows: 0..<segment.rows.count, keys: segment.prefix, column: 0)]
  }

  /// Even blocks of a sequence, multiples of the 8 rows of a tile. Eight of them leave out nearly half of the scores;
  /// with fewer than 32 rows a product would spend its time on packing.
  private static func blocks(_ count: Int) -> [Range<Int>] {
    let blockCount = max(1, min(8, count / 32))
    let size = max(8, ((count + blockCount - 1) / blockCount + 7) / 8 * 8)
    return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  private func probabilities(
    _ segment: PackedSequences.Segment, _ head: Int, _ group: Int, _ block: Workspace.Block, _ window: Int?,
    _ workspace: Workspace
  ) -> MatrixView {
    let t = segment.rows.count
    let p = MatrixView(FloatView(workspace.scores), width: segment.prefix.count + t)
    for part in parts(segment) {
      Kernel.multiply(
        part.rows.count, part.keys.count, dimension, matrix(block.query, part.tokens, head, queryWidth),
        matrix(block.key, part.keys, group, keyValueWidth).transposed, into: scores(p, part), scratch: workspace.gemm)
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

  private func scores(_ matrix: MatrixView, _ part: Part) -> MatrixView {
    MatrixView(matrix.view.dropFirst(part.rows.lowerBound * matrix.rowStride + part.column), width: matrix.rowStride)
  }

  /// Head `head` of the tokens `rows`, which lie `width` apart.
  private func matrix(_ buffer: FloatBuffer, _ rows: Range<Int>, _ head: Int, _ width: Int) -> MatrixView {
    MatrixView(FloatView(buffer, offset: rows.lowerBound * width + head * dimension), width: dimension, stride: width)
  }
}
