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
  /// - Throws: `ModelError` naming the file and what is missing, damaged or not supported.
  public init(contentsOf folder: URL, threads: Int) throws {
    name = folder.lastPathComponent
    encoder = try SentenceEncoder(contentsOf: folder)
    self.threads = threads
  }

  public func embed(_ texts: [String]) throws -> [[Float]] { try encoder.embed(texts, threads: threads) }
}
