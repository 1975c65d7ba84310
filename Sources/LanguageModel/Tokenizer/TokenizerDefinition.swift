/// All that a tokenizer needs, whatever file it was read from.
struct TokenizerDefinition {
  /// How a whole sequence of tokens becomes text.
  enum Decoding: Sendable {
    case hugging(TokenDecoder)
    case sentencePiece(SentencePieceDecoder)
  }

  /// The tokens as the file spells them, by id; nil where no token has the id.
  var spellings: [[UInt8]?]
  /// By spelling.
  var ids: Vocabulary
  var addedTokens: [AddedToken]
  /// Whether special tokens that are spelled out in a text count as such.
  var recognizesSpecialTokens: Bool
  var specialIDs: Set<Int>
  var normalizer: TextNormalizer
  var preTokenizer: PreTokenizer
  var model: TokenModel
  /// Special tokens before and after a single sequence.
  var prefixIDs, suffixIDs: [Int]
  var decoding: Decoding

  /// Bounds the tables that an id of a damaged file can ask for.
  static let largestID = 1 << 22
}

/// The normalizer of either family of files.
enum TextNormalizer: Sendable {
  case hugging(Normalizer)
  case sentencePiece(SentencePieceNormalizer)

  func normalized(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .hugging(let normalizer): normalizer.normalized(text)
    case .sentencePiece(let normalizer): normalizer.normalized(text)
    }
  }
}
