/// Runs tokens of any mixture of sequences through a model, each against its own cache.
///
/// Each row's result depends on its own sequence only: the same bits in any batch.
final class InferencePass {
  /// One token to read.
  struct Row {
    let token: Int32
    let position: Int
    /// The part of the sequence that several samples share, complete before this row.
    let prefix: (cache: KeyValueCache, count: Int)?
    /// Where this row's key and value are stored, and at which index; the rows before it in `cache` are attended too.
    let cache: KeyValueCache
    let index: Int
  }

  private let model: InferenceModel
  private let capacity: Int
  private let hidden, normed, queryKeyValue, attended, branch, gateUp, activated, inverse: FloatBuffer
  private let logits: FloatBuffer
  private let scratch: [FloatBuffer]
  /// Threads that share each matrix product; nil where this pass has a thread of its own only.
  private let gang: Gang?
  private var scores = FloatBuffer(count: 0)

  init(_ model: InferenceModel, rows capacity: Int, logitRows: Int, gang: Gang? = nil) {
    let c = model.configuration
    let queryWidth = c.headCount * c.headDimension
    let keyValueWidth = c.keyValueHeadCount * c.headDimension
    self.model = model
    self.capacity = capacity
    self.gang = gang
    scratch = (0..<(gang?.count ?? 1)).map { _ in FloatBuffer(count: Kernel.gemmScratchCount) }
    hidden = FloatBuffer(count: capacity * c.hiddenSize)
    normed = FloatBuffer(count: capacity * c.hiddenSize)
    branch = FloatBuffer(count: capacity * c.hiddenSize)
    queryKeyValue = FloatBuffer(count: capacity * (queryWidth + 2 * keyValueWidth))
    attended = FloatBuffer(count: capacity * queryWidth)
    gateUp = FloatBuffer(count: capacity * 2 * c.intermediateSize)
    activated = FloatBuffer(count: capacity * c.intermediateSize)
    inverse = FloatBuffer(count: capacity)
    logits = FloatBuffer(count: logitRows * c.vocabularySize)
  }

  /// Logits of the last `logitRows` rows, [logitRows, vocabulary], valid until the next call.
  func run(_ rows: [Row], logitRows: Int) -> FloatView {
    precondition(rows.count <= capacity, "more rows than the pass has room for")
    let c = model.configuration
    let n = rows.count
    let queryWidth = c.headCount * c.headDimension
    let keyValueWidth = c.keyValueHeadCount * c.headDimension
    let width = queryWidth + 2 * keyValueWidth
    let epsilon = Float(c.rmsNormEpsilon)
    let positions = rows.map { Int32($0.position) }
    Kernel.gather(c.hiddenSize, ids: rows.map(\.token), from: model.embedding, into: FloatView(hidden))
    for (layer, block) in model.blocks.enumerated() {
      Kernel.rmsNorm(
        n, c.hiddenSize, FloatView(hidden), weight: block.inputNorm, epsilon: epsilon, into: FloatView(normed),
        inverse: FloatView(inverse))
      multiply(n, normed, block.queryKeyValue, into: queryKeyValue)
      Kernel.rotate(
        n, heads: c.headCount + c.keyValueHeadCount, c.headDimension, FloatView(queryKeyValue), rowStride: width,
        positions: positions, tables: model.rotary)
      store(rows, layer: layer)
      // Head by head, so that a prefix that many rows share stays in the first cache.
      for head in 0..<c.keyValueHeadCount {
        for (index, row) in rows.enumerated() { attend(row, index, layer: layer, head: head) }
      }
      multiply(n, attended, block.output, into: branch)
      Kernel.add(n * c.hiddenSize, FloatView(branch), to: FloatView(hidden))

      Kernel.rmsNorm(
        n, c.hiddenSize, FloatView(hidden), weight: block.postAttentionNorm, epsilon: epsilon, into: FloatView(normed),
        inverse: FloatView(inverse))
      multiply(n, normed, block.gateUp, into: gateUp)
      Kernel.swiGLU(
        n, c.intermediateSize, gate: FloatView(gateUp), up: FloatView(gateUp, offset: c.intermediateSize),
        rowStride: 2 * c.intermediateSize, into: FloatView(activated))
      multiply(n, activated, block.down, into: branch)
      Kernel.add(n * c.hiddenSize, FloatView(branch), to: FloatView(hidden))
    }
    guard logitRows > 0 else { return FloatView(logits).prefix(0) }
    Kernel.rmsNorm(
      logitRows, c.hiddenSize, FloatView(hidden, offset: (n - logitRows) * c.hiddenSize), weight: model.finalNorm,
      epsilon: epsilon, into: FloatView(normed), inverse: FloatView(inverse))
    multiply(logitRows, normed, model.head, into: logits)
    return FloatView(logits).prefix(logitRows * c.vocabularySize)
  }

  private func multiply(_ n: Int, _ x: FloatBuffer, _ weights: PackedMatrix, into y: FloatBuffer) {
    guard let gang else {
      return Kernel.multiply(n, FloatView(x), weights, into: FloatView(y), scratch: scratch[0])
    }
    let panels = Kernel.panelCount(weights)
    gang.split { member in
      Kernel.multiply(
        n, FloatView(x), weights, into: FloatView(y),
        panels: panels * member / gang.count..<panels * (member + 1) / gang.count, scratch: scratch[member])
    }
  }

  private func store(_ rows: [Row], layer: Int) {
    let c = model.configuration
    let d = c.headDimension
    let width = (c.headCount + 2 * c.keyValueHeadCount) * d
    for (index, row) in rows.enumerated() {
      for head in 0..<c.keyValueHeadCount {
        let key = index * width + (c.headCount + head) * d
        Kernel.storeKey(
          d, FloatView(queryKeyValue, offset: key, count: d), at: row.index,
          in: row.cache.keys(layer: layer, head: head))
        Kernel.copy(
          d, FloatView(queryKeyValue, offset: key + c.keyValueHeadCount * d, count: d),
          to: row.cache.values(layer: layer, head: head).slice(row.index * d, d))
      }
    }
  }

  /// Attention of one row over its prefix and its own cache, for the query heads that share the key-value head `head`.
  private func attend(_ row: Row, _ index: Int, layer: Int, head: Int) {
    let c = model.configuration
    let d = c.headDimension
    let group = c.headCount / c.keyValueHeadCount
    let width = (c.headCount + 2 * c.keyValueHeadCount) * d
    let scale = 1 / Float(d).squareRoot()
    let prefixCount = row.prefix?.count ?? 0
    // The prefix's scores come in whole blocks; what lies past its end is masked.
    let gap = (prefixCount + Kernel.keyBlock - 1) / Kernel.keyBlock * Kernel.keyBlock
    let ownCount = row.index + 1
    let rowStride = gap + (ownCount + Kernel.keyBlock - 1) / Kernel.keyBlock * Kernel.keyBlock
    if scores.count < group * rowStride { scores = FloatBuffer(count: 2 * group * rowStride) }
    let query = FloatView(queryKeyValue, offset: index * width + head * group * d, count: group * d)
    let out = FloatView(attended, offset: (index * c.headCount + head * group) * d, count: group * d)
    if let prefix = row.prefix {
      Kernel.keyScores(
        heads: group, d, query, keys: prefix.cache.keys(layer: layer, head: head), count: prefixCount, scale: scale,
        into: FloatView(scores), rowStride: rowStride)
    }
    Kernel.keyScores(
      heads: group, d, query, keys: row.cache.keys(layer: layer, head: head), count: ownCount, scale: scale,
      into: FloatView(scores, offset: gap), rowStride: rowStride)
    for member in 0..<group {
      let start = member * rowStride
      if gap > prefixCount {
        Kernel.fill(FloatView(scores, offset: start + prefixCount, count: gap - prefixCount), with: -1e30)
      }
      Kernel.softmax(FloatView(scores, offset: start, count: gap + ownCount))
    }
    if let prefix = row.prefix {
      Kernel.weightedValues(
        heads: group, d, weights: FloatView(scores), rowStride: rowStride,
        values: prefix.cache.values(layer: layer, head: head), count: prefixCount, accumulate: false, into: out)
    }
    Kernel.weightedValues(
      heads: group, d, weights: FloatView(scores, offset: gap), rowStride: rowStride,
      values: row.cache.values(layer: layer, head: head), count: ownCount, accumulate: row.prefix != nil, into: out)
  }
}
