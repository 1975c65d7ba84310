import Core
import Foundation
import LanguageModel

/// Embeds texts with the embedded engine.
public struct NativeSentenceEmbedder: SentenceEmbedder {
  public let name: String
  private let encoder: SentenceEncoder
  private let threads: Int

  /// - Parameters:
  ///   - folder: A sentence-transformers folder, or a plain BERT in the Hugging Face layout.
  ///   - threads: Processor cores to use; does not change a result.
  ///   - checksMemory: Whether an encoder that does not fit into memory is refused before it is read.
  /// - Throws: `ModelError` naming the file and what is missing, damaged or not supported, or the memory that is missing.
  public init(contentsOf folder: URL, threads: Int, checksMemory: Bool = true) throws {
    if checksMemory { try MemoryNeed.refuseEmbedding(folder, threads: threads) }
    name = folder.lastPathComponent
    encoder = try SentenceEncoder(contentsOf: folder)
    self.threads = threads
  }

  public func embed(_ texts: [String]) throws -> [[Float]] { try encoder.embed(texts, threads: threads) }
}
