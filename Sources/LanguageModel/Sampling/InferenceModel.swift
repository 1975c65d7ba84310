/// A model with its weights packed once for many products.
final class InferenceModel: Sendable {
  struct Block: Sendable {
    let inputNorm, postAttentionNorm: FloatView
    let queryKeyValue, output, gateUp, down: PackedMatrix
  }

  let configuration: ModelConfiguration
  let embedding: FloatView
  let blocks: [Block]
  let finalNorm: FloatView
  let head: PackedMatrix

  init(_ model: Model) {
    let c = model.configuration
    let layout = model.layout
    let queryWidth = c.headCount * c.headDimension
    let keyValueWidth = c.keyValueHeadCount * c.headDimension
    func weight(_ offset: Int, _ count: Int) -> FloatView {
      FloatView(model.parameters, offset: offset, count: count)
    }
    configuration = c
    embedding = weight(layout.embedding, c.vocabularySize * c.hiddenSize)
    finalNorm = weight(layout.finalNorm, c.hiddenSize)
    head = Kernel.pack([(weight(layout.head, c.vocabularySize * c.hiddenSize), c.vocabularySize)], inputs: c.hiddenSize)
    blocks = layout.blocks.map { layer in
      Block(
        inputNorm: weight(layer.inputNorm, c.hiddenSize),
        postAttentionNorm: weight(layer.postAttentionNorm, c.hiddenSize),
        queryKeyValue: Kernel.pack(
          [
            (weight(layer.query, queryWidth * c.hiddenSize), queryWidth),
            (weight(layer.key, keyValueWidth * c.hiddenSize), keyValueWidth),
            (weight(layer.value, keyValueWidth * c.hiddenSize), keyValueWidth),
          ], inputs: c.hiddenSize),
        output: Kernel.pack([(weight(layer.output, c.hiddenSize * queryWidth), c.hiddenSize)], inputs: queryWidth),
        gateUp: Kernel.pack(
          [
            (weight(layer.gate, c.intermediateSize * c.hiddenSize), c.intermediateSize),
            (weight(layer.up, c.intermediateSize * c.hiddenSize), c.intermediateSize),
          ], inputs: c.hiddenSize),
        down: Kernel.pack(
          [(weight(layer.down, c.hiddenSize * c.intermediateSize), c.hiddenSize)], inputs: c.intermediateSize))
    }
  }
}
