/// One document of M_0's pretraining corpus, in pieces that the loss covers or leaves out.
public struct PretrainingDocument: Codable, Sendable, Hashable {
  public struct Piece: Codable, Sendable, Hashable {
    public let text: String
    /// False where nothing could predict the text: questions, names and randomly drawn operands.
    public let isTrained: Bool

    public init(text: String, isTrained: Bool) {
      self.text = text
      self.isTrained = isTrained
    }
  }

  /// Pieces end only where the pre-tokenizer splits (single digits; words and runs of punctuation with their leading
  /// space; white space), so that tokenising them one by one equals tokenising `text`.
  public let pieces: [Piece]

  public init(pieces: [Piece]) { self.pieces = pieces }

  public var text: String { pieces.map(\.text).joined() }
}
