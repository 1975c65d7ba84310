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

  /// Numbers that a pass of this size holds, the scratch of its attention aside.
  static func floatCount(_ c: ModelConfiguration, rows: Int, logitRows: Int, threads: Int) -> Int {
    let queryWidth = c.headCount * c.headDimension
    let keyValueWidth = c.keyValueHeadCount * c.headDimension
    return threads * Kernel.gemmScratchCount
      + rows * (3 * c.hiddenSize + 2 * queryWidth + 2 * keyValueWidth + 3 * c.intermediateSize + 1)
      + logitRows * c.vocabularySize
  }

  /// Logits of the last `logitRows` rows, [logitRows, vocabulary], valid until the next call.
  func run(_ rows: [Row], _ phase: LinearLayer.Phase, logitRows: Int) -> FloatView {
    precondition(rows.count <= capacity, "more rows than the pass has room for")
    let c = model.configuration
    let n = rows.count
    let queryWidth = c.headCount * c.headDimension
    let keyValueWidth = c.keyValueHeadCount * c.headDimension
    let width = queryWidth + 2 * keyValueWidth
    let epsilon = Float(c.rmsNormEpsilon)
    let positions = rows.map { Int32($0.position) }
    let cached = cachedRows(rows)
    Kernel.gather(ids: rows.map(\.token), from: model.embedding, into: FloatView(hidden))
    for (layer, block) in model.blocks.enumerated() {
      Kernel.rmsNorm(
        n, c.hiddenSize, FloatView(hidden), weight: block.inputNorm, epsilon: epsilon, into: FloatView(normed),
        inverse: FloatView(inverse))
      apply(block.queryKeyValue, n, normed, into: queryKeyValue, phase)
      Kernel.rotate(
        n, heads: c.headCount + c.keyValueHeadCount, c.headDimension, FloatView(queryKeyValue), rowStride: width,
        positions: positions, tables: rotary)
      attend(block.window.flatMap { cached.windowed[$0] } ?? cached.all, layer: layer)
      apply(block.output, n, attended, into: branch, phase)
      Kernel.add(n * c.hiddenSize, FloatView(branch), to: FloatView(hidden))

      Kernel.rmsNorm(
        n, c.hiddenSize, FloatView(hidden), weight: block.postAttentionNorm, epsilon: epsilon, into: FloatView(normed),
        inverse: FloatView(inverse))
      apply(block.gateUp, n, normed, into: gateUp, phase)
      Kernel.swiGLU(
        n, c.intermediateSize, gate: FloatView(gateUp), up: FloatView(gateUp, offset: c.intermediateSize),
        rowStride: 2 * c.intermediateSize, into: FloatView(activated))
      apply(block.down, n, activated, into: branch, phase)
      Kernel.add(n * c.hiddenSize, FloatView(branch), to: FloatView(hidden))
    }
    guard logitRows > 0 else { return FloatView(logits).prefix(0) }
    Kernel.rmsNorm(
      logitRows, c.hiddenSize, FloatView(hidden, offset: (n - logitRows) * c.hiddenSize), weight: model.finalNorm,
      epsilon: epsilon, into: FloatView(normed), inverse: FloatView(inverse))
    // Always as in decoding: few rows against the largest matrix.
    apply(model.head, logitRows, normed, into: logits, .decoding)
    return FloatView(logits).prefix(logitRows * c.vocabularySize)
  }

  private func apply(
    _ layer: LinearLayer, _ n: Int, _ x: FloatBuffer, into y: FloatBuffer, _ phase: LinearLayer.Phase
  ) {
    split { member, count in
      layer.multiply(
        n, FloatView(x), into: FloatView(y), phase, member: member, of: count, scratch: scratch[member])
    }
    layer.addBias(n, to: FloatView(y))
  }

  /// The rows as the attention of a layer without a window sees them, and by window where it hides a position.
  private func cachedRows(_ rows: [Row]) -> (all: Kernel.CachedRows, windowed: [Int: Kernel.CachedRows]) {
    let c = model.configuration
    func make(window: Int?) -> Kernel.CachedRows {
      Kernel.CachedRows(
        rows.map {
          ($0.cache, $0.index, $0.prefix, window.map { [position = $0.position] in max(0, position - $0 + 1) } ?? 0)
        }, c)
    }
    let all = make(window: nil)
    if attentionScratch[0].count < all.scratchCount {
      attentionScratch = attentionScratch.map { _ in FloatBuffer(count: 2 * all.scratchCount) }
    }
    let last = rows.map(\.position).max() ?? 0
    let windows = Set(model.blocks.compactMap(\.window).filter { $0 <= last })
    return (all, Dictionary(uniqueKeysWithValues: windows.map { ($0, make(window: $0)) }))
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

  /// Calls `body` for every thread of the gang, or once where there is none.
  func split(_ body: (_ member: Int, _ count: Int) -> Void) {
    guard let gang else { return body(0, 1) }
    gang.split { body($0, gang.count) }
  }
}
