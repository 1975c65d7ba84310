import Foundation

extension MemoryNeed {
  /// Refuses an encoder that does not fit into memory, by the sizes in its folder, before a weight is read.
  ///
  /// - Parameters:
  ///   - folder: A sentence-transformers folder, or a plain BERT in the Hugging Face layout.
  ///   - batchTokens: Tokens that a thread runs together.
  /// - Throws: `ModelError` with the estimate, or naming what is wrong with the folder's files of settings.
  public static func refuseEmbedding(
    _ folder: URL, threads: Int, batchTokens: Int = SentenceEncoder.defaultBatchTokens
  ) throws {
    let place = try SentenceModules(contentsOf: folder).transformerFolder
    let c = try EncoderConfiguration(contentsOf: place)
    let perLayer = 4 * c.hiddenSize * c.hiddenSize + 2 * c.hiddenSize * c.intermediateSize
    let tokens = max(batchTokens, c.positionCount)
    let pass = EncoderPass.floatCount(c, tokens: tokens, longest: c.positionCount)
    let float = MemoryLayout<Float>.stride
    try MemoryNeed(
      "embedding", [Part("weights", float * c.layerCount * perLayer), Part("workspace", float * threads * pass)],
      mappedBytes: StoredWeights.byteCount(in: place), threads: threads
    ).refuse(beyond: SystemMemory.room, advice: "use fewer --threads or a smaller encoder")
  }
}
