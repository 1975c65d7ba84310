import Engines
import Foundation
import LanguageModel
import Testing

/// The engine as the audit sees it.
@Suite struct NativeSentenceEmbedderTests {
  @Test func giveTheEncodersVectors() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "LanguageModelTests/Fixtures/encoders/first-token")
    let embedder = try NativeSentenceEmbedder(contentsOf: folder, threads: 2)
    let texts = ["kites", "", "kites", "half of the apples"]
    let expected = try SentenceEncoder(contentsOf: folder).embed(texts, threads: 1)
    #expect(try embedder.embed(texts) == expected && embedder.name == "first-token")
  }
}
