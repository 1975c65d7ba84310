/// Where each weight of a model stands in one flat buffer, in the order and under the names of the Hugging Face layout.
///
/// One buffer makes the optimizer, the gradient reduction and clipping a single pass each.
public struct ParameterLayout: Sendable, Hashable {
  public struct Tensor: Sendable, Hashable {
    public let name: String
    /// Row-major; a linear layer is [output features, input features].
    public let shape: [Int]
    public let offset: Int
    public var count: Int { shape.reduce(1, *) }
  }

  /// Offsets of one block's weights; of biases only where the model has them.
  public struct Block: Sendable, Hashable {
    public let inputNorm, query, key, value, output, postAttentionNorm, gate, up, down: Int
    public let queryBias, keyBias, valueBias, outputBias, gateBias, upBias, downBias: Int?
  }

  public let tensors: [Tensor]
  public let embedding: Int
  public let blocks: [Block]
  public let finalNorm: Int
  /// Equal to `embedding` where the head is tied.
  public let head: Int
  public let count: Int

  /// Index in `tensors` by offset.
  private let indices: [Int: Int]

  public init(_ configuration: ModelConfiguration) {
    let c = configuration
    var tensors: [Tensor] = []
    var count = 0
    func add(_ name: String, _ shape: Int...) -> Int {
      let offset = count
      tensors.append(Tensor(name: name, shape: shape, offset: offset))
      count += shape.reduce(1, *)
      return offset
    }
    func addBias(_ name: String, _ outputs: Int, where hasBias: Bool) -> Int? {
      hasBias ? add(name + ".bias", outputs) : nil
    }
    embedding = add("model.embed_tokens.weight", c.vocabularySize, c.hiddenSize)
    blocks = (0..<c.layerCount).map { layer in
      let prefix = "model.layers.\(layer)."
      let attention = prefix + "self_attn."
      let feedForward = prefix + "mlp."
      let inputNorm = add(prefix + "input_layernorm.weight", c.hiddenSize)
      let query = add(attention + "q_proj.weight", c.queryWidth, c.hiddenSize)
      let queryBias = addBias(attention + "q_proj", c.queryWidth, where: c.hasQueryKeyValueBias)
      let key = add(attention + "k_proj.weight", c.keyValueWidth, c.hiddenSize)
      let keyBias = addBias(attention + "k_proj", c.keyValueWidth, where: c.hasQueryKeyValueBias)
      let value = add(attention + "v_proj.weight", c.keyValueWidth, c.hiddenSize)
      let valueBias = addBias(attention + "v_proj", c.keyValueWidth, where: c.hasQueryKeyValueBias)
      let output = add(attention + "o_proj.weight", c.hiddenSize, c.queryWidth)
      let outputBias = addBias(attention + "o_proj", c.hiddenSize, where: c.attentionBias)
      let postAttentionNorm = add(prefix + "post_attention_layernorm.weight", c.hiddenSize)
      let gate = add(feedForward + "gate_proj.weight", c.intermediateSize, c.hiddenSize)
      let gateBias = addBias(feedForward + "gate_proj", c.intermediateSize, where: c.feedForwardBias)
      let up = add(feedForward + "up_proj.weight", c.intermediateSize, c.hiddenSize)
      let upBias = addBias(feedForward + "up_proj", c.intermediateSize, where: c.feedForwardBias)
      let down = add(feedForward + "down_proj.weight", c.hiddenSize, c.intermediateSize)
      let downBias = addBias(feedForward + "down_proj", c.hiddenSize, where: c.feedForwardBias)
      return Block(
        inputNorm: inputNorm, query: query, key: key, value: value, output: output,
        postAttentionNorm: postAttentionNorm, gate: gate, up: up, down: down, queryBias: queryBias, keyBias: keyBias,
        valueBias: valueBias, outputBias: outputBias, gateBias: gateBias, upBias: upBias, downBias: downBias)
    }
    finalNorm = add("model.norm.weight", c.hiddenSize)
    head = c.tiesEmbeddings ? embedding : add("lm_head.weight", c.vocabularySize, c.hiddenSize)
    indices = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.offset, $0) })
    self.tensors = tensors
    self.count = count
  }

  /// The tensor that begins at `offset`, one of this layout's.
  public func tensor(at offset: Int) -> Tensor {
    guard let index = indices[offset] else { preconditionFailure("no tensor begins at \(offset)") }
    return tensors[index]
  }
}
