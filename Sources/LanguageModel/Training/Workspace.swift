/// The memory one worker needs for a forward and backward pass; grown when a larger batch comes.
///
/// Where activations are recomputed, blocks keep their inputs only and share the rest of their memory (Chen et al.
/// 1604.06174).
///
/// `@unchecked Sendable`: a workspace belongs to one worker at a time.
package final class Workspace: @unchecked Sendable {
  /// What the backward pass of one block needs. T tokens; shapes [T, …].
  struct Block {
    let input, inputInverse, normed, query, key, value, attended, middle, middleInverse, middleNormed, gate, up,
      activated: FloatBuffer

    init(_ c: ModelConfiguration, tokens t: Int) {
      input = FloatBuffer(count: t * c.hiddenSize)
      inputInverse = FloatBuffer(count: t)
      normed = FloatBuffer(count: t * c.hiddenSize)
      query = FloatBuffer(count: t * c.queryWidth)
      key = FloatBuffer(count: t * c.keyValueWidth)
      value = FloatBuffer(count: t * c.keyValueWidth)
      attended = FloatBuffer(count: t * c.queryWidth)
      middle = FloatBuffer(count: t * c.hiddenSize)
      middleInverse = FloatBuffer(count: t)
      middleNormed = FloatBuffer(count: t * c.hiddenSize)
      gate = FloatBuffer(count: t * c.intermediateSize)
      up = FloatBuffer(count: t * c.intermediateSize)
      activated = FloatBuffer(count: t * c.intermediateSize)
    }

    /// A block with an input of its own and the rest of its memory in common with `other`.
    init(_ c: ModelConfiguration, tokens t: Int, sharing other: Block) {
      input = FloatBuffer(count: t * c.hiddenSize)
      (inputInverse, normed, query, key, value) =
        (other.inputInverse, other.normed, other.query, other.key, other.value)
      (attended, middle, middleInverse, middleNormed) =
        (other.attended, other.middle, other.middleInverse, other.middleNormed)
      (gate, up, activated) = (other.gate, other.up, other.activated)
    }

    /// Numbers a token takes.
    static func width(_ c: ModelConfiguration) -> Int {
      4 * c.hiddenSize + 2 * c.queryWidth + 2 * c.keyValueWidth + 3 * c.intermediateSize + 2
    }
  }

  /// Memory of the backward pass, made when the first one runs.
  struct Gradients {
    let hidden, output, query, key, value, attended, gate, up, activated, normed: FloatBuffer

    init(_ c: ModelConfiguration, tokens t: Int) {
      hidden = FloatBuffer(count: t * c.hiddenSize)
      output = FloatBuffer(count: t * c.hiddenSize)
      query = FloatBuffer(count: t * c.queryWidth)
      key = FloatBuffer(count: t * c.keyValueWidth)
      value = FloatBuffer(count: t * c.keyValueWidth)
      attended = FloatBuffer(count: t * c.queryWidth)
      gate = FloatBuffer(count: t * c.intermediateSize)
      up = FloatBuffer(count: t * c.intermediateSize)
      activated = FloatBuffer(count: t * c.intermediateSize)
      normed = FloatBuffer(count: t * c.hiddenSize)
    }

    /// Numbers a token takes.
    static func width(_ c: ModelConfiguration) -> Int {
      3 * c.hiddenSize + 2 * c.queryWidth + 2 * c.keyValueWidth + 3 * c.intermediateSize
    }
  }

  let configuration: ModelConfiguration
  /// Whether blocks keep their inputs only.
  let recomputes: Bool
  let gemm = FloatBuffer(count: Kernel.gemmScratchCount)
  private(set) var blocks: [Block] = []
  private(set) var output = FloatBuffer(count: 0)
  private(set) var outputInverse = FloatBuffer(count: 0)
  private(set) var outputNormed = FloatBuffer(count: 0)
  private(set) var scores = FloatBuffer(count: 0)
  private(set) var scoreGradients = FloatBuffer(count: 0)
  private(set) var gradients: Gradients?
  private(set) var rotary: RotaryTables
  /// What an adapter's layers hold between their two products, forward and backward, [T, rank] each.
  private(set) var lowRank = FloatBuffer(count: 0)
  private(set) var lowRankGradient = FloatBuffer(count: 0)
  /// Takes the gradient of a norm that is not trained.
  let discarded: FloatBuffer
  private let rank: Int
  private var capacity = WorkspaceNeeds()

  /// - Parameter rank: Rank of the adapter that is trained; 0 where all weights are.
  package init(_ configuration: ModelConfiguration, recomputes: Bool = false, rank: Int = 0) {
    self.configuration = configuration
    self.recomputes = recomputes
    self.rank = rank
    rotary = RotaryTables(configuration, positionCount: 0)
    discarded = FloatBuffer(count: rank > 0 ? configuration.hiddenSize : 0)
  }

  /// Makes room for `needs` and keeps what there is where it is enough.
  package func reserve(_ needs: WorkspaceNeeds) {
    if needs.tokenCount > capacity.tokenCount {
      let tokens = max(needs.tokenCount, capacity.tokenCount + capacity.tokenCount / 4)
      capacity.tokenCount = tokens
      // The old memory goes before the new one comes.
      blocks = []
      gradients = nil
      (output, outputInverse, outputNormed) = (FloatBuffer(count: 0), FloatBuffer(count: 0), FloatBuffer(count: 0))
      blocks = makeBlocks(tokens)
      output = FloatBuffer(count: tokens * configuration.hiddenSize)
      outputInverse = FloatBuffer(count: tokens)
      outputNormed = FloatBuffer(count: tokens * configuration.hiddenSize)
      lowRank = FloatBuffer(count: tokens * rank)
      lowRankGradient = FloatBuffer(count: tokens * rank)
    }
    if needs.scoreCount > capacity.scoreCount {
      capacity.scoreCount = needs.scoreCount
      (scores, scoreGradients) = (FloatBuffer(count: 0), FloatBuffer(count: 0))
      scores = FloatBuffer(count: needs.scoreCount)
      scoreGradients = FloatBuffer(count: needs.scoreCount)
    }
    if needs.positionCount > capacity.positionCount {
      capacity.positionCount = needs.positionCount
      rotary = RotaryTables(configuration, positionCount: needs.positionCount)
    }
  }

  private func makeBlocks(_ tokens: Int) -> [Block] {
    guard configuration.layerCount > 0 else { return [] }
    let first = Block(configuration, tokens: tokens)
    return [first]
      + (1..<configuration.layerCount).map { _ in
        recomputes
          ? Block(configuration, tokens: tokens, sharing: first) : Block(configuration, tokens: tokens)
      }
  }

  func reservedGradients() -> Gradients {
    if let gradients { return gradients }
    let made = Gradients(configuration, tokens: capacity.tokenCount)
    gradients = made
    return made
  }

  // MARK: Size

  /// Bytes of the activations that the backward pass reads, for `needs`.
  package static func activationBytes(_ c: ModelConfiguration, _ needs: WorkspaceNeeds, recomputes: Bool) -> Int {
    let blocks =
      recomputes ? Block.width(c) + (c.layerCount - 1) * c.hiddenSize : c.layerCount * Block.width(c)
    return 4 * needs.tokenCount * (blocks + 2 * c.hiddenSize + 1)
  }

  /// Bytes of everything else that a worker needs for `needs`.
  package static func scratchBytes(_ c: ModelConfiguration, _ needs: WorkspaceNeeds, rank: Int) -> Int {
    4
      * (needs.tokenCount * (Gradients.width(c) + 2 * rank) + 2 * needs.scoreCount
        + needs.positionCount * c.headDimension + Kernel.gemmScratchCount + (rank > 0 ? c.hiddenSize : 0))
  }

  /// Bytes that this workspace holds.
  package var byteCount: Int {
    var buffers = [
      gemm, output, outputInverse, outputNormed, scores, scoreGradients, lowRank, lowRankGradient, discarded,
      rotary.cosine, rotary.sine,
    ]
    for (index, b) in blocks.enumerated() {
      buffers.append(b.input)
      if recomputes, index > 0 { continue }
      buffers += [
        b.inputInverse, b.normed, b.query, b.key, b.value, b.attended, b.middle, b.middleInverse, b.middleNormed,
        b.gate, b.up, b.activated,
      ]
    }
    if let g = gradients {
      buffers += [
        g.hidden, g.output, g.query, g.key, g.value, g.attended, g.gate, g.up, g.activated, g.normed,
      ]
    }
    return buffers.reduce(0) { $0 + 4 * $1.count }
  }
}
