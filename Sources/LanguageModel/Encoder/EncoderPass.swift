/// Runs whole sequences through an encoder, packed one after another without padding.
///
/// A sequence's numbers depend on its own tokens only: the same bits in any batch.
///
/// `@unchecked Sendable`: each thread has a pass of its own.
final class EncoderPass: @unchecked Sendable {
  /// Rows that the feed-forward network takes at a time: as many as share the packing of a weight.
  private static let feedForwardRows = 512

  private let model: EncoderModel
  private var hidden, queryKeyValue, attended, branch: FloatBuffer
  private let intermediate: FloatBuffer
  private var attentionScratch: FloatBuffer
  private let scratch: FloatBuffer

  init(_ model: EncoderModel) {
    self.model = model
    hidden = FloatBuffer(count: 0)
    (queryKeyValue, attended, branch, attentionScratch) = (hidden, hidden, hidden, hidden)
    intermediate = FloatBuffer(count: Self.feedForwardRows * model.configuration.intermediateSize)
    scratch = FloatBuffer(count: Kernel.gemmScratchCount)
  }

  /// Numbers that a pass over `tokens` tokens holds, the longest sequence being of `longest`.
  static func floatCount(_ c: EncoderConfiguration, tokens: Int, longest: Int) -> Int {
    6 * tokens * c.hiddenSize + feedForwardRows * c.intermediateSize + Kernel.gemmScratchCount
      + Kernel.attendScratchCount(longest, c.headDimension)
  }

  /// The hidden states of the last layer, [tokens, hidden], valid until the next call.
  ///
  /// - Parameter sequences: Of at least one token each, and of at most as many as there are positions.
  func run(_ sequences: ArraySlice<[Int32]>) -> FloatView {
    let c = model.configuration
    let n = sequences.reduce(0) { $0 + $1.count }
    reserve(n, longest: sequences.reduce(0) { max($0, $1.count) })
    let hidden = FloatView(hidden).prefix(n * c.hiddenSize)
    embed(sequences, into: hidden)
    for block in model.blocks {
      multiply(n, hidden, block.queryKeyValue, into: FloatView(queryKeyValue))
      Kernel.addBias(n, block.queryKeyValue.bias, to: FloatView(queryKeyValue))
      attend(sequences)
      multiply(n, FloatView(attended), block.attentionOutput, into: FloatView(branch))
      normalize(n, hidden, branch: FloatView(branch), block.attentionOutput.bias, block.attentionNorm)
      feedForward(n, hidden, block)
    }
    return hidden
  }

  private func reserve(_ n: Int, longest: Int) {
    let c = model.configuration
    if hidden.count < n * c.hiddenSize {
      hidden = FloatBuffer(count: n * c.hiddenSize)
      queryKeyValue = FloatBuffer(count: 3 * n * c.hiddenSize)
      attended = FloatBuffer(count: n * c.hiddenSize)
      branch = FloatBuffer(count: n * c.hiddenSize)
    }
    let needed = Kernel.attendScratchCount(longest, c.headDimension)
    if attentionScratch.count < needed { attentionScratch = FloatBuffer(count: needed) }
  }

  /// Embeddings of words, positions and the type, normalised.
  private func embed(_ sequences: ArraySlice<[Int32]>, into hidden: FloatView) {
    let width = model.configuration.hiddenSize
    var row = 0
    for tokens in sequences {
      let rows = hidden.slice(row * width, tokens.count * width)
      Kernel.gather(ids: tokens, from: model.wordEmbedding, into: rows)
      normalize(tokens.count, rows, branch: model.positionEmbedding, model.typeEmbedding, model.embeddingNorm)
      row += tokens.count
    }
  }

  private func attend(_ sequences: ArraySlice<[Int32]>) {
    let c = model.configuration
    var row = 0
    for tokens in sequences {
      Kernel.attend(
        tokens.count, heads: c.headCount, c.headDimension,
        queryKeyValue: FloatView(queryKeyValue).dropFirst(3 * row * c.hiddenSize),
        into: FloatView(attended).dropFirst(row * c.hiddenSize), scratch: attentionScratch)
      row += tokens.count
    }
  }

  private func feedForward(_ n: Int, _ hidden: FloatView, _ block: EncoderModel.Block) {
    let c = model.configuration
    let intermediate = FloatView(intermediate)
    for first in stride(from: 0, to: n, by: Self.feedForwardRows) {
      let rows = min(Self.feedForwardRows, n - first)
      let x = hidden.slice(first * c.hiddenSize, rows * c.hiddenSize)
      multiply(rows, x, block.up, into: intermediate)
      Kernel.biasGELU(rows, intermediate, bias: block.up.bias, c.activation)
      multiply(rows, intermediate, block.down, into: FloatView(branch))
      normalize(rows, x, branch: FloatView(branch), block.down.bias, block.outputNorm)
    }
  }

  private func multiply(_ n: Int, _ x: FloatView, _ layer: EncoderModel.Linear, into y: FloatView) {
    Kernel.multiply(
      n, layer.outputs, layer.inputs, MatrixView(x, width: layer.inputs),
      MatrixView(layer.weight, width: layer.inputs).transposed, into: MatrixView(y, width: layer.outputs),
      scratch: scratch)
  }

  private func normalize(
    _ n: Int, _ x: FloatView, branch: FloatView, _ bias: FloatView, _ norm: EncoderModel.Norm
  ) {
    Kernel.residualNorm(
      n, model.configuration.hiddenSize, x, branch: branch, bias: bias, weight: norm.weight, shift: norm.shift,
      epsilon: Float(model.configuration.normEpsilon))
  }
}
