/// The forward and backward pass of a model over packed sequences.
///
/// Every linear layer is y = x · Wᵀ + b with W [outputs, inputs]; its gradients are dx += dy · W, dW += dyᵀ · x and
/// db += Σ dy. With an adapter the model is frozen, and only the adapter has gradients.
package struct Transformer {
  let model: Model
  let adapter: LowRankAdapter?
  let workspace: Workspace
  private let attention: Attention

  package init(_ model: Model, adapter: LowRankAdapter? = nil, _ workspace: Workspace) {
    self.model = model
    self.adapter = adapter
    self.workspace = workspace
    attention = Attention(model.configuration)
  }

  private var c: ModelConfiguration { model.configuration }
  private var epsilon: Float { Float(c.rmsNormEpsilon) }

  // MARK: Forward

  /// The normalised output of the last block, [tokens, hidden], in the workspace until the next call.
  @discardableResult
  package func forward(_ sequences: PackedSequences) -> FloatView {
    let n = sequences.tokenCount
    workspace.reserve(WorkspaceNeeds(sequences))
    var hidden = workspace.blocks.first?.input ?? workspace.output
    Kernel.gather(ids: sequences.tokens, from: model.embedding, into: FloatView(hidden))
    for (index, layer) in model.layout.blocks.enumerated() {
      let block = workspace.blocks[index]
      let next = index + 1 < workspace.blocks.count ? workspace.blocks[index + 1].input : workspace.output
      activate(layer, block, sequences, window: c.slidingWindow(layer: index))
      Kernel.copy(n * c.hiddenSize, FloatView(block.middle), to: FloatView(next))
      linear(block.activated, layer.down, layer.downBias, into: next, n, accumulate: true)
      hidden = next
    }
    let normed = FloatView(workspace.outputNormed)
    Kernel.rmsNorm(
      n, c.hiddenSize, FloatView(hidden), weight: model.finalNorm, epsilon: epsilon, into: normed,
      inverse: FloatView(workspace.outputInverse))
    return normed.prefix(n * c.hiddenSize)
  }

  /// Everything of a block but its last layer, from its input: what its backward pass reads.
  private func activate(
    _ layer: ParameterLayout.Block, _ block: Workspace.Block, _ sequences: PackedSequences, window: Int?
  ) {
    let n = sequences.tokenCount
    norm(layer.inputNorm, block.input, into: block.normed, block.inputInverse, n)
    linear(block.normed, layer.query, layer.queryBias, into: block.query, n)
    linear(block.normed, layer.key, layer.keyBias, into: block.key, n)
    linear(block.normed, layer.value, layer.valueBias, into: block.value, n)
    rotate(block.query, c.headCount, sequences)
    rotate(block.key, c.keyValueHeadCount, sequences)
    attention.forward(sequences, block, window: window, workspace)
    Kernel.copy(n * c.hiddenSize, FloatView(block.input), to: FloatView(block.middle))
    linear(block.attended, layer.output, layer.outputBias, into: block.middle, n, accumulate: true)

    norm(layer.postAttentionNorm, block.middle, into: block.middleNormed, block.middleInverse, n)
    linear(block.middleNormed, layer.gate, layer.gateBias, into: block.gate, n)
    linear(block.middleNormed, layer.up, layer.upBias, into: block.up, n)
    Kernel.swiGLU(
      1, n * c.intermediateSize, gate: FloatView(block.gate), up: FloatView(block.up), rowStride: 0,
      into: FloatView(block.activated))
  }

  // MARK: Backward

  /// Adds the gradient of every weight that is trained to `gradient` (in the layout of the parameters, or of the adapter),
  /// from the gradient of what the last `forward` returned. The head's share is the caller's.
  package func backward(_ sequences: PackedSequences, outputGradient: FloatView, gradient: FloatBuffer) {
    precondition(
      gradient.count == adapter?.weights.count ?? model.layout.count, "the gradient has the layout of what is trained")
    let n = sequences.tokenCount
    let g = workspace.reservedGradients()
    let dx = FloatView(g.hidden).prefix(n * c.hiddenSize)
    Kernel.fill(dx, with: 0)
    Kernel.rmsNormBackward(
      n, c.hiddenSize, FloatView(workspace.output), weight: model.finalNorm,
      inverse: FloatView(workspace.outputInverse),
      dy: outputGradient, dx: dx, dweight: normGradient(gradient, model.layout.finalNorm))
    for (index, layer) in model.layout.blocks.enumerated().reversed() {
      let block = workspace.blocks[index]
      let window = c.slidingWindow(layer: index)
      // The last block's activations are still those of the forward pass.
      if workspace.recomputes, index + 1 < workspace.blocks.count {
        activate(layer, block, sequences, window: window)
      }
      backward(layer, block, g, sequences, window: window, gradient)
    }
    if adapter != nil { return }
    Kernel.scatterAdd(c.hiddenSize, ids: sequences.tokens, dx, to: part(gradient, model.layout.embedding))
  }

  /// `g.hidden` holds the gradient of the block's output on entry and of its input on return.
  private func backward(
    _ layer: ParameterLayout.Block, _ block: Workspace.Block, _ g: Workspace.Gradients, _ sequences: PackedSequences,
    window: Int?, _ gradient: FloatBuffer
  ) {
    let n = sequences.tokenCount
    linearBackward(block.activated, g.hidden, layer.down, layer.downBias, dx: g.activated, gradient, n)
    Kernel.swiGLUBackward(
      n * c.intermediateSize, gate: FloatView(block.gate), up: FloatView(block.up), dy: FloatView(g.activated),
      dgate: FloatView(g.gate), dup: FloatView(g.up))
    linearBackward(block.middleNormed, g.gate, layer.gate, layer.gateBias, dx: g.normed, gradient, n)
    linearBackward(block.middleNormed, g.up, layer.up, layer.upBias, dx: g.normed, gradient, n, accumulate: true)
    normBackward(layer.postAttentionNorm, block.middle, block.middleInverse, g.normed, dx: g.hidden, gradient, n)

    linearBackward(block.attended, g.hidden, layer.output, layer.outputBias, dx: g.attended, gradient, n)
    attention.backward(sequences, block, window: window, g, workspace)
    rotate(g.query, c.headCount, sequences, inverse: true)
    rotate(g.key, c.keyValueHeadCount, sequences, inverse: true)
    linearBackward(block.normed, g.query, layer.query, layer.queryBias, dx: g.normed, gradient, n)
    linearBackward(block.normed, g.key, layer.key, layer.keyBias, dx: g.normed, gradient, n, accumulate: true)
    linearBackward(block.normed, g.value, layer.value, layer.valueBias, dx: g.normed, gradient, n, accumulate: true)
    normBackward(layer.inputNorm, block.input, block.inputInverse, g.normed, dx: g.hidden, gradient, n)
  }

  // MARK: Operations on whole batches

  /// The place of the tensor at `offset` in a buffer of the layout.
  private func part(_ buffer: FloatBuffer, _ offset: Int) -> FloatView {
    FloatView(buffer, offset: offset, count: model.layout.tensor(at: offset).count)
  }

  private func norm(_ offset: Int, _ x: FloatBuffer, into y: FloatBuffer, _ inverse: FloatBuffer, _ n: Int) {
    Kernel.rmsNorm(
      n, c.hiddenSize, FloatView(x), weight: model.vector(at: offset), epsilon: epsilon, into: FloatView(y),
      inverse: FloatView(inverse))
  }

  private func normBackward(
    _ offset: Int, _ x: FloatBuffer, _ inverse: FloatBuffer, _ dy: FloatBuffer, dx: FloatBuffer,
    _ gradient: FloatBuffer, _ n: Int
  ) {
    Kernel.rmsNormBackward(
      n, c.hiddenSize, FloatView(x), weight: model.vector(at: offset), inverse: FloatView(inverse),
      dy: FloatView(dy), dx: FloatView(dx), dweight: normGradient(gradient, offset))
  }

  private func normGradient(_ gradient: FloatBuffer, _ offset: Int) -> FloatView {
    adapter == nil ? part(gradient, offset) : FloatView(workspace.discarded)
  }

  private func rotate(_ x: FloatBuffer, _ heads: Int, _ sequences: PackedSequences, inverse: Bool = false) {
    Kernel.rotate(
      sequences.tokenCount, heads: heads, c.headDimension, FloatView(x), rowStride: heads * c.headDimension,
      positions: sequences.positions, tables: workspace.rotary, inverse: inverse)
  }

  private func linear(
    _ x: FloatBuffer, _ offset: Int, _ biasOffset: Int?, into y: FloatBuffer, _ n: Int, accumulate: Bool = false
  ) {
    let weight = model.matrix(at: offset)
    Kernel.multiply(
      n, MatrixView(FloatView(x), width: weight.columns), weight, transposed: true,
      into: MatrixView(FloatView(y), width: weight.rows), accumulate: accumulate, scratch: workspace.gemm)
    if let biasOffset { Kernel.addBias(n, model.vector(at: biasOffset), to: FloatView(y)) }
    if let adapter, let pair = adapter.pair(at: offset) { adapter.forward(pair, n, x, addTo: y, workspace) }
  }

  private func linearBackward(
    _ x: FloatBuffer, _ dy: FloatBuffer, _ offset: Int, _ biasOffset: Int?, dx: FloatBuffer, _ gradient: FloatBuffer,
    _ n: Int, accumulate: Bool = false
  ) {
    let weight = model.matrix(at: offset)
    let (outputs, inputs) = (weight.rows, weight.columns)
    let dyMatrix = MatrixView(FloatView(dy), width: outputs)
    Kernel.multiply(
      n, dyMatrix, weight, transposed: false, into: MatrixView(FloatView(dx), width: inputs), accumulate: accumulate,
      scratch: workspace.gemm)
    if let adapter {
      if let pair = adapter.pair(at: offset) {
        adapter.backward(pair, n, x, dy: dy, dx: dx, gradient: gradient, workspace)
      }
      return
    }
    Kernel.multiply(
      outputs, inputs, n, dyMatrix.transposed, MatrixView(FloatView(x), width: inputs),
      into: MatrixView(part(gradient, offset), width: inputs), accumulate: true, scratch: workspace.gemm)
    if let biasOffset { Kernel.addBiasGradient(n, FloatView(dy), to: part(gradient, biasOffset)) }
  }
}
