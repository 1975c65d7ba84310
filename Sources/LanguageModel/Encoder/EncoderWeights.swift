import Foundation

/// The weights of a BERT encoder as a checkpoint names them.
///
/// A checkpoint of a whole model (`BertForMaskedLM`) has them under `bert.` and its heads beside them; older ones call the
/// weight and bias of a layer norm gamma and beta. What computes no hidden state is left alone.
struct EncoderWeights {
  private var elements: [String: WeightMatrix.Elements] = [:]

  /// - Throws: `ModelError` naming the file, and the tensor that is missing, unknown or of another shape or type.
  init(contentsOf folder: URL, _ configuration: EncoderConfiguration) throws {
    let tensors = Self.tensors(of: configuration)
    let checkpoint = try CheckpointWeights(contentsOf: folder).renamed(Self.canonicalName)
    let stored = try checkpoint.stored(tensors, ignoring: Self.isIgnored)
    for (tensor, elements) in zip(tensors, stored) { self.elements[tensor.name] = elements }
  }

  subscript(_ name: String) -> WeightMatrix.Elements {
    guard let found = elements[name] else { preconditionFailure("no tensor is called \(name)") }
    return found
  }

  /// As float32.
  func vector(_ name: String) -> FloatView { self[name].widened() }

  private static func canonicalName(_ name: String) -> String {
    var name = name.hasPrefix("bert.") ? String(name.dropFirst("bert.".count)) : name
    for (old, new) in [("LayerNorm.gamma", "LayerNorm.weight"), ("LayerNorm.beta", "LayerNorm.bias")]
    where name.hasSuffix(old) {
      name = name.dropLast(old.count) + new
    }
    return name
  }

  private static func isIgnored(_ name: String) -> Bool {
    name == "embeddings.position_ids" || name == "embeddings.token_type_ids"
      || ["pooler.", "cls.", "classifier.", "qa_outputs."].contains { name.hasPrefix($0) }
  }

  private static func tensors(of c: EncoderConfiguration) -> [ParameterLayout.Tensor] {
    var tensors: [ParameterLayout.Tensor] = []
    var count = 0
    func add(_ name: String, _ shape: Int...) {
      tensors.append(ParameterLayout.Tensor(name: name, shape: shape, offset: count))
      count += shape.reduce(1, *)
    }
    func addNorm(_ name: String) {
      add(name + ".weight", c.hiddenSize)
      add(name + ".bias", c.hiddenSize)
    }
    func addLinear(_ name: String, _ outputs: Int, _ inputs: Int) {
      add(name + ".weight", outputs, inputs)
      add(name + ".bias", outputs)
    }
    add("embeddings.word_embeddings.weight", c.vocabularySize, c.hiddenSize)
    add("embeddings.position_embeddings.weight", c.positionCount, c.hiddenSize)
    add("embeddings.token_type_embeddings.weight", c.typeCount, c.hiddenSize)
    addNorm("embeddings.LayerNorm")
    for layer in 0..<c.layerCount {
      let prefix = "encoder.layer.\(layer)."
      for name in ["query", "key", "value"] {
        addLinear(prefix + "attention.self.\(name)", c.hiddenSize, c.hiddenSize)
      }
      addLinear(prefix + "attention.output.dense", c.hiddenSize, c.hiddenSize)
      addNorm(prefix + "attention.output.LayerNorm")
      addLinear(prefix + "intermediate.dense", c.intermediateSize, c.hiddenSize)
      addLinear(prefix + "output.dense", c.hiddenSize, c.intermediateSize)
      addNorm(prefix + "output.LayerNorm")
    }
    return tensors
  }
}
