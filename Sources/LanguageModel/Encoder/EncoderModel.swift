import Foundation

/// A BERT encoder ready to be run: its linear layers as float32, its embeddings where they lie in the file.
final class EncoderModel: Sendable {
  struct Linear: Sendable {
    /// [outputs, inputs].
    let weight: FloatView
    let bias: FloatView
    let inputs: Int

    var outputs: Int { bias.count }
  }

  struct Norm: Sendable {
    let weight, shift: FloatView
  }

  struct Block: Sendable {
    /// Queries, keys and values side by side.
    let queryKeyValue: Linear
    let attentionOutput: Linear
    let attentionNorm: Norm
    let up, down: Linear
    let outputNorm: Norm
  }

  let configuration: EncoderConfiguration
  let wordEmbedding: WeightMatrix
  let positionEmbedding: FloatView
  /// Of the first type, which every token of a single sentence has.
  let typeEmbedding: FloatView
  let embeddingNorm: Norm
  let blocks: [Block]

  /// - Parameter folder: In the Hugging Face layout.
  /// - Throws: `ModelError` naming the file and what is missing, damaged, contradictory or not supported.
  init(contentsOf folder: URL) throws {
    let c = try EncoderConfiguration(contentsOf: folder)
    let weights = try EncoderWeights(contentsOf: folder, c)
    let arena = WeightArena()
    func linear(_ names: [String], _ outputs: Int, _ inputs: Int) -> Linear {
      let weight = arena.take(names.count * outputs * inputs)
      for (place, name) in names.enumerated() {
        Kernel.copy(outputs * inputs, weights.vector(name + ".weight"), to: weight.dropFirst(place * outputs * inputs))
      }
      let biases = names.flatMap { name in
        let bias = weights.vector(name + ".bias")
        return (0..<bias.count).map { bias[$0] }
      }
      return Linear(weight: weight, bias: FloatView(FloatBuffer(biases)), inputs: inputs)
    }
    func norm(_ name: String) -> Norm {
      Norm(weight: weights.vector(name + ".weight"), shift: weights.vector(name + ".bias"))
    }
    configuration = c
    wordEmbedding = WeightMatrix(
      rows: c.vocabularySize, columns: c.hiddenSize, weights["embeddings.word_embeddings.weight"])
    positionEmbedding = weights.vector("embeddings.position_embeddings.weight")
    typeEmbedding = weights.vector("embeddings.token_type_embeddings.weight").prefix(c.hiddenSize)
    embeddingNorm = norm("embeddings.LayerNorm")
    blocks = (0..<c.layerCount).map { layer in
      let prefix = "encoder.layer.\(layer)."
      return Block(
        queryKeyValue: linear(
          ["query", "key", "value"].map { prefix + "attention.self.\($0)" }, c.hiddenSize, c.hiddenSize),
        attentionOutput: linear([prefix + "attention.output.dense"], c.hiddenSize, c.hiddenSize),
        attentionNorm: norm(prefix + "attention.output.LayerNorm"),
        up: linear([prefix + "intermediate.dense"], c.intermediateSize, c.hiddenSize),
        down: linear([prefix + "output.dense"], c.hiddenSize, c.intermediateSize),
        outputNorm: norm(prefix + "output.LayerNorm"))
    }
  }
}
