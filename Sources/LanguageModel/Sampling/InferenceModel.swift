/// From which sizes on a model is run in another way. What is chosen depends on the model alone, so a sample has the same
/// bits on every machine with the same instruction set.
package struct InferenceSizes: Sendable {
  /// Parameters up to which 16-bit weights are widened: a copy of 128 MB at most, and products of small matrices gain by
  /// it. Above, they stay 16 bits.
  package var widenedParameters = 32 << 20
  /// Bytes of weights above which threads share every product instead of taking sequences of their own: each would read
  /// all weights from memory. It changes no bit.
  package var sharedBytes = 64 << 20

  package init() {}
}

/// A model ready to be run: its layers as `LinearLayer`s.
final class InferenceModel: Sendable {
  struct Block: Sendable {
    let inputNorm, postAttentionNorm: FloatView
    let queryKeyValue, output, gateUp, down: LinearLayer
    /// Positions that a token of this layer attends to, its own included; nil for all.
    let window: Int?
  }

  let configuration: ModelConfiguration
  let embedding: WeightMatrix
  let blocks: [Block]
  let finalNorm: FloatView
  let head: LinearLayer
  /// Whether threads share each product rather than take sequences of their own.
  let sharesProducts: Bool

  init(_ model: Model, _ sizes: InferenceSizes) {
    let c = model.configuration
    let packs = model.layout.count <= sizes.widenedParameters
    let arena = WeightArena()
    configuration = c
    embedding = model.embedding
    finalNorm = model.finalNorm
    head = LinearLayer([model.head], packs: packs, arena: arena)
    blocks = (0..<c.layerCount).map { index in
      func layer(
        _ weights: [KeyPath<ParameterLayout.Block, Int>], _ biases: [KeyPath<ParameterLayout.Block, Int?>]
      ) -> LinearLayer {
        LinearLayer(
          weights.map { model.matrix($0, layer: index) }, biases: biases.map { model.bias($0, layer: index) },
          packs: packs, arena: arena)
      }
      return Block(
        inputNorm: model.vector(\.inputNorm, layer: index),
        postAttentionNorm: model.vector(\.postAttentionNorm, layer: index),
        queryKeyValue: layer([\.query, \.key, \.value], [\.queryBias, \.keyBias, \.valueBias]),
        output: layer([\.output], [\.outputBias]), gateUp: layer([\.gate, \.up], [\.gateBias, \.upBias]),
        down: layer([\.down], [\.downBias]), window: c.slidingWindow(layer: index))
    }
    let bytes = model.layout.tensors.reduce(0) {
      $0 + $1.count * (packs ? 4 : model.elements(of: $1).type.byteCount)
    }
    sharesProducts = bytes > sizes.sharedBytes
  }
}
