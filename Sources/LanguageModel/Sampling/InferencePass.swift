/// Runs tokens of any mixture of sequences through a model, each against its own cache.
///
/// Each row's result depends on its own sequence only: the same bits in any batch.
final class InferencePass {
  /// One token to read.
  struct Row {
    let token: Int32
    let position: Int
    /// The part of the sequence that several samples share, complete before this row.
    let prefix: SharedPrefix?
    /// Where this row's key and value are stored, and at which index; the rows before it in `cache` are attended too.
    let cache: KeyValueCache
    let index: Int
  }

  private let model: InferenceModel
  private let rotary: RotaryTables
  private let capacity: Int
  private let hidden, normed, queryKeyValue, attended, branch, gateUp, activated, inverse: FloatBuffer
  private let logits: FloatBuffer
  private let scratch: [FloatBuffer]
  private var attentionScratch: [FloatBuffer]
  /// Threads that share each matrix product; nil where this pass has a thread of its own only.
  private let gang: Gang?

  init(_ model: InferenceModel, _ rotary: RotaryTables, rows capacity: Int, logitRows: Int, gang: Gang? = nil) {
    let c = model.configuration
    let queryWidth = c.headCount * c.headDimension
    let keyValueWidth = c.keyValueHeadCount * c.headDimension
    self.model = model
    self.rotary = rotary
    self.capacity = capacity
    self.gang = gang
    scratch = (0..<(gang?.count ?? 1)).map { _ in FloatBuffer(count: Kernel.gemmScratchCount) }
    attentionScratch = scratch
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
    let cached = Kernel.CachedRows(
      rows.map { ($0.cache, $0.index, $0.prefix, 0) }, group: c.headCount / c.keyValueHeadCount)
    if attentionScratch[0].count < cached.scratchCount {
      attentionScratch = attentionScratch.map { _ in FloatBuffer(count: 2 * cached.scratchCount) }
    }
    Kernel.gather(c.hiddenSize, ids: rows.map(\.token), from: model.embedding, into: FloatView(hidden))
    for (layer, block) in model.blocks.enumerated() {
      Kernel.rmsNorm(
        n, c.hiddenSize, FloatView(hidden), weight: block.inputNorm, epsilon: epsilon, into: FloatView(normed),
        inverse: FloatView(inverse))
      multiply(n, normed, block.queryKeyValue, into: queryKeyValue)
      Kernel.rotate(
        n, heads: c.headCount + c.keyValueHeadCount, c.headDimension, FloatView(queryKeyValue), rowStride: width,
        positions: positions, tables: rotary)
      attend(cached, layer: layer)
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
    let panels = Kernel.panelCount(weights)
    split { member, count in
      Kernel.multiply(
        n, FloatView(x), weights, into: FloatView(y), panels: panels * member / count..<panels * (member + 1) / count,
        scratch: scratch[member])
    }
  }

  private func attend(_ rows: Kernel.CachedRows, layer: Int) {
    let c = model.configuration
    split { member, count in
      Kernel.attend(
        rows, layer: layer, c,
        keyValueHeads: c.keyValueHeadCount * member / count..<c.keyValueHeadCount * (member + 1) / count,
        queryKeyValue: FloatView(queryKeyValue), into: FloatView(attended), scratch: attentionScratch[member])
    }
  }

  private func split(_ body: (_ member: Int, _ count: Int) -> Void) {
    guard let gang else { return body(0, 1) }
    gang.split { body($0, gang.count) }
  }
}
