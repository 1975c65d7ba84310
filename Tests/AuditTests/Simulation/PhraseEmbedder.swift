import Core

/// A direction of its own for each of some phrases.
struct PhraseEmbedder: SentenceEmbedder {
  let name = "phrases"
  let phrases: [String]

  func embed(_ texts: [String]) -> [[Float]] {
    texts.map { text in phrases.map { $0 == text ? 1 : 0 } }
  }
}
