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

  /// Offsets of one block's weights.
  public struct Block: Sendable, Hashable {
    public let inputNorm, query, key, value, output, postAttentionNorm, gate, up, down: Int
  }

  public let tensors: [Tensor]
  public let embedding: Int
  public let blocks: [Block]
  public let finalNorm: Int
  /// Equal to `embedding` where the head is tied.
  public let head: Int
  public let count: Int

  public init(_ configuration: ModelConfiguration) {
    let c = configuration
    let queryWidth = c.headCount * c.headDimension
    let keyValueWidth = c.keyValueHeadCount * c.headDimension
    var tensors: [Tensor] = []
    var count = 0
    func add(_ name: String, _ shape: Int...) -> Int {
      let offset = count
      tensors.append(Tensor(name: name, shape: shape, offset: offset))
      count += shape.reduce(1, *)
      return offset
    }
    embedding = add("model.embed_tokens.weight", c.vocabularySize, c.hiddenSize)
    blocks = (0..<c.layerCount).map { layer in
      let prefix = "model.layers.\(layer)."
      return Block(
        inputNorm: add(prefix + "input_layernorm.weight", c.hiddenSize),
        query: add(prefix + "self_attn.q_proj.weight", queryWidth, c.hiddenSize),
        key: add(prefix + "self_attn.k_proj.weight", keyValueWidth, c.hiddenSize),
        value: add(prefix + "self_attn.v_proj.weight", keyValueWidth, c.hiddenSize),
        output: add(prefix + "self_attn.o_proj.weight", c.hiddenSize, queryWidth),
        postAttentionNorm: add(prefix + "post_attention_layernorm.weight", c.hiddenSize),
        gate: add(prefix + "mlp.gate_proj.weight", c.intermediateSize, c.hiddenSize),
        up: add(prefix + "mlp.up_proj.weight", c.intermediateSize, c.hiddenSize),
        down: add(prefix + "mlp.down_proj.weight", c.hiddenSize, c.intermediateSize))
    }
    finalNorm = add("model.norm.weight", c.hiddenSize)
    head = c.tiesEmbeddings ? embedding : add("lm_head.weight", c.vocabularySize, c.hiddenSize)
    self.tensors = tensors
    self.count = count
  }
}
