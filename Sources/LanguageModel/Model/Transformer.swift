/// The forward and backward pass of a Llama-architecture model over packed sequences.
///
/// Every linear layer is y = x · Wᵀ with W [outputs, inputs]; its gradients are dx += dy · W and dW += dyᵀ · x.
package struct Transformer {
  let model: Model
  let workspace: Workspace
  private let attention: Attention

  package init(_ model: Model, _ workspace: Workspace) {
    self.model = model
    self.workspace = workspace
    attention = Attention(model.configuration)
  }

  private var c: ModelConfiguration { model.configuration }
  private var queryWidth: Int { c.headCount * c.headDimension }
  private var keyValueWidth: Int { c.keyValueHeadCount * c.headDimension }
  private var epsilon: Float { Float(c.rmsNormEpsilon) }

  // MARK: Forward

  /// The normalised output of the last block, [tokens, hidden], in the workspace until the next call.
  @discardableResult
  package func forward(_ sequences: PackedSequences) -> FloatView {
    let n = sequences.tokenCount
    workspace.reserve(tokens: n, longest: sequences.longest)
    var hidden = workspace.blocks.first?.input ?? workspace.output
    Kernel.gather(
      c.hiddenSize, ids: sequences.tokens, from: weight(model.layout.embedding, c.vocabularySize * c.hiddenSize),
      into: FloatView(hidden))
    for (index, layer) in model.layout.blocks.enumerated() {
      let block = workspace.blocks[index]
      let next = index + 1 < workspace.blocks.count ? workspace.blocks[index + 1].input : workspace.output
      forward(layer, block, into: next, sequences)
      hidden = next
    }
    let normed = FloatView(workspace.outputNormed)
    Kernel.rmsNorm(
      n, c.hiddenSize, FloatView(hidden), weight: weight(model.layout.finalNorm, c.hiddenSize), epsilon: epsilon,
      into: normed, inverse: FloatView(workspace.outputInverse))
    return normed.prefix(n * c.hiddenSize)
  }

  private func forward(
    _ layer: ParameterLayout.Block, _ block: Workspace.Block, into output: FloatBuffer, _ sequences: PackedSequences
  ) {
    let n = sequences.tokenCount
    norm(layer.inputNorm, block.input, into: block.normed, block.inputInverse, n)
    linear(block.normed, layer.query, into: block.query, n, c.hiddenSize, queryWidth)
    linear(block.normed, layer.key, into: block.key, n, c.hiddenSize, keyValueWidth)
    linear(block.normed, layer.value, into: block.value, n, c.hiddenSize, keyValueWidth)
    rotate(block.query, c.headCount, sequences)
    rotate(block.key, c.keyValueHeadCount, sequences)
    attention.forward(sequences, block, workspace)
    Kernel.copy(n * c.hiddenSize, FloatView(block.input), to: FloatView(block.middle))
    linear(block.attended, layer.output, into: block.middle, n, queryWidth, c.hiddenSize, accumulate: true)

    norm(layer.postAttentionNorm, block.middle, into: block.middleNormed, block.middleInverse, n)
    linear(block.middleNormed, layer.gate, into: block.gate, n, c.hiddenSize, c.intermediateSize)
    linear(block.middleNormed, layer.up, into: block.up, n, c.hiddenSize, c.intermediateSize)
    Kernel.swiGLU(
      1, n * c.intermediateSize, gate: FloatView(block.gate), up: FloatView(block.up), rowStride: 0,
      into: FloatView(block.activated))
    Kernel.copy(n * c.hiddenSize, FloatView(block.middle), to: FloatView(output))
    linear(block.activated, layer.down, into: output, n, c.intermediateSize, c.hiddenSize, accumulate: true)
  }

  // MARK: Backward

  /// Adds every weight's gradient to `gradient` (the layout of the parameters), from the gradient of what the last
  /// `forward` returned. The head's share is the caller's.
  package func backward(_ sequences: PackedSequences, outputGradient: FloatView, gradient: FloatBuffer) {
    precondition(gradient.count == model.layout.count, "the gradient has the layout of the parameters")
    let n = sequences.tokenCount
    let g = workspace.reservedGradients()
    let dx = FloatView(g.hidden).prefix(n * c.hiddenSize)
    Kernel.fill(dx, with: 0)
    Kernel.rmsNormBackward(
      n, c.hiddenSize, FloatView(workspace.output), weight: weight(model.layout.finalNorm, c.hiddenSize),
      inverse: FloatView(workspace.outputInverse), dy: outputGradient, dx: dx,
      dweight: FloatView(gradient, offset: model.layout.finalNorm, count: c.hiddenSize))
    for index in model.layout.blocks.indices.reversed() {
      backward(model.layout.blocks[index], workspace.blocks[index], g, sequences, gradient)
    }
    Kernel.scatterAdd(
      c.hiddenSize, ids: sequences.tokens, dx,
      to: FloatView(gradient, offset: model.layout.embedding, count: c.vocabularySize * c.hiddenSize))
  }

  /// `g.hidden` holds the gradient of the block's output on entry and of its input on return.
  private func backward(
    _ layer: ParameterLayout.Block, _ block: Workspace.Block, _ g: Workspace.Gradients, _ sequences: PackedSequences,
    _ gradient: FloatBuffer
  ) {
    let n = sequences.tokenCount
    linearBackward(
      block.activated, g.hidden, layer.down, dx: g.activated, gradient, n, c.intermediateSize, c.hiddenSize)
    Kernel.swiGLUBackward(
      n * c.intermediateSize, gate: FloatView(block.gate), up: FloatView(block.up), dy: FloatView(g.activated),
      dgate: FloatView(g.gate), dup: FloatView(g.up))
    linearBackward(
      block.middleNormed, g.gate, layer.gate, dx: g.normed, gradient, n, c.hiddenSize, c.intermediateSize)
    linearBackward(
      block.middleNormed, g.up, layer.up, dx: g.normed, gradient, n, c.hiddenSize, c.intermediateSize, accumulate: true)
    normBackward(layer.postAttentionNorm, block.middle, block.middleInverse, g.normed, dx: g.hidden, gradient, n)

    linearBackward(block.attended, g.hidden, layer.output, dx: g.attended, gradient, n, queryWidth, c.hiddenSize)
    attention.backward(sequences, block, g, workspace)
    rotate(g.query, c.headCount, sequences, inverse: true)
    rotate(g.key, c.keyValueHeadCount, sequences, inverse: true)
    linearBackward(block.normed, g.query, layer.query, dx: g.normed, gradient, n, c.hiddenSize, queryWidth)
    linearBackward(
      block.normed, g.key, layer.key, dx: g.normed, gradient, n, c.hiddenSize, keyValueWidth, accumulate: true)
    linearBackward(
      block.normed, g.value, layer.value, dx: g.normed, gradient, n, c.hiddenSize, keyValueWidth, accumulate: true)
    normBackward(layer.inputNorm, block.input, block.inputInverse, g.normed, dx: g.hidden, gradient, n)
  }

  // MARK: Operations on whole batches

  private func weight(_ offset: Int, _ count: Int) -> FloatView {
    FloatView(model.parameters, offset: offset, count: count)
  }

  private func norm(_ offset: Int, _ x: FloatBuffer, into y: FloatBuffer, _ inverse: FloatBuffer, _ n: Int) {
    Kernel.rmsNorm(
      n, c.hiddenSize, FloatView(x), weight: weight(offset, c.hiddenSize), epsilon: epsilon, into: FloatView(y),
      inverse: FloatView(inverse))
  }

  private func normBackward(
    _ offset: Int, _ x: FloatBuffer, _ inverse: FloatBuffer, _ dy: FloatBuffer, dx: FloatBuffer,
    _ gradient: FloatBuffer, _ n: Int
  ) {
    Kernel.rmsNormBackward(
      n, c.hiddenSize, FloatView(x), weight: weight(offset, c.hiddenSize), inverse: FloatView(inverse),
      dy: FloatView(dy), dx: FloatView(dx), dweight: FloatView(gradient, offset: offset, count: c.hiddenSize))
  }

  private func rotate(_ x: FloatBuffer, _ heads: Int, _ sequences: PackedSequences, inverse: Bool = false) {
    Kernel.rotate(
      sequences.tokenCount, heads: heads, c.headDimension, FloatView(x), rowStride: heads * c.headDimension,
      positions: sequences.positions, tables: workspace.rotary, inverse: inverse)
  }

  private func linear(
    _ x: FloatBuffer, _ offset: Int, into y: FloatBuffer, _ n: Int, _ inputs: Int, _ outputs: Int,
    accumulate: Bool = false
  ) {
    Kernel.multiply(
      n, outputs, inputs, MatrixView(FloatView(x), width: inputs),
      MatrixView(weight(offset, outputs * inputs), width: inputs).transposed,
      into: MatrixView(FloatView(y), width: outputs), accumulate: accumulate, scratch: workspace.gemm)
  }

  private func linearBackward(
    _ x: FloatBuffer, _ dy: FloatBuffer, _ offset: Int, dx: FloatBuffer, _ gradient: FloatBuffer, _ n: Int,
    _ inputs: Int, _ outputs: Int, accumulate: Bool = false
  ) {
    let dyMatrix = MatrixView(FloatView(dy), width: outputs)
    Kernel.multiply(
      n, inputs, outputs, dyMatrix, MatrixView(weight(offset, outputs * inputs), width: inputs),
      into: MatrixView(FloatView(dx), width: inputs), accumulate: accumulate, scratch: workspace.gemm)
    Kernel.multiply(
      outputs, inputs, n, dyMatrix.transposed, MatrixView(FloatView(x), width: inputs),
      into: MatrixView(FloatView(gradient, offset: offset, count: outputs * inputs), width: inputs), accumulate: true,
      scratch: workspace.gemm)
  }
}
