/// Turns texts into vectors whose cosine tells how alike the texts are in meaning: the native engine in this process, or
/// another program.
public protocol SentenceEmbedder: Sendable {
  /// What reports call it.
  var name: String { get }

  /// A vector for each text, in their order, all of one dimension and none of them zero.
  ///
  /// A vector depends on its text only: not on the other texts of the call, nor on the number of threads.
  func embed(_ texts: [String]) throws -> [[Float]]
}
