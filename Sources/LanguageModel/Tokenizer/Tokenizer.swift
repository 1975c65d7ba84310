import Foundation
import Synchronization

/// A tokenizer, as Hugging Face's `tokenizer.json` or a `tokenizer.model` of SentencePiece or tiktoken describes it.
///
/// Its ids are those of the reference implementation of the file's kind. Truncation and padding that the file may ask for
/// are left to the caller, as in transformers.
public final class Tokenizer: Sendable {
  /// One more than the largest id.
  public let vocabularySize: Int

  /// The tokens as the file spells them, by id.
  private let spellings: TokenTable
  /// What each token adds within a text, by id.
  private let contributions: TokenTable
  private let ids: Vocabulary
  private let specialIDs: Set<Int>
  private let recognizesSpecialTokens: Bool
  private let exactTokens: AddedTokens
  private let normalizedTokens: AddedTokens
  private let normalizer: TextNormalizer
  private let preTokenizer: PreTokenizer
  private let model: TokenModel
  /// The special tokens that the post-processor puts before and after a text.
  let prefixIDs: [Int]
  let suffixIDs: [Int]
  private let decoding: TokenizerDefinition.Decoding
  /// Working memory of threads that do not encode just now.
  private let idleWorkspaces = Mutex<[TokenModel.Workspace]>([])

  /// - Parameter json: a `tokenizer.json`.
  /// - Parameter name: what messages call the file.
  /// - Throws: `ModelError` naming what is damaged or not supported.
  public convenience init(json: Data, name: String) throws {
    try self.init(try TokenizerFile(json: json, name: name).definition, name: name)
  }

  init(_ definition: TokenizerDefinition, name: String) throws {
    vocabularySize = definition.spellings.count
    spellings = TokenTable(definition.spellings)
    contributions = definition.contributions
    ids = definition.ids
    specialIDs = definition.specialIDs
    recognizesSpecialTokens = definition.recognizesSpecialTokens
    exactTokens = AddedTokens(definition.addedTokens.filter { !$0.isNormalized })
    normalizedTokens = AddedTokens(definition.addedTokens.filter(\.isNormalized))
    normalizer = definition.normalizer
    preTokenizer = definition.preTokenizer
    model = definition.model
    prefixIDs = definition.prefixIDs
    suffixIDs = definition.suffixIDs
    decoding = definition.decoding
    for id in prefixIDs + suffixIDs where !(0..<vocabularySize ~= id) {
      throw ModelError(.badInput, file: name, "the post_processor adds the id \(id), which is not in the vocabulary")
    }
  }

  /// The tokens of `text`.
  ///
  /// - Parameters:
  ///   - addingSpecialTokens: whether to add those of the file's post-processor, such as BOS.
  ///   - recognizingSpecialTokens: whether special tokens that are spelled out in the text count as such. By default they do
  ///     with a `tokenizer.json` and do not with a `tokenizer.model`, as in the reference implementations.
  public func encode(
    _ text: String, addingSpecialTokens: Bool = false, recognizingSpecialTokens: Bool? = nil
  ) -> [Int] {
    var ids = addingSpecialTokens ? prefixIDs : []
    var workspace = idleWorkspaces.withLock { $0.popLast() } ?? TokenModel.Workspace()
    let bytes = Array(text.utf8)
    if recognizingSpecialTokens ?? recognizesSpecialTokens {
      for segment in exactTokens.segments(of: bytes) {
        switch segment {
        case .token(let id): ids.append(id)
        case .text(let range):
          let text = range.count == bytes.count ? bytes : Array(bytes[range])
          encode(text, isFirst: range.lowerBound == 0, &workspace, into: &ids)
        }
      }
    } else {
      encode(bytes, isFirst: true, &workspace, into: &ids)
    }
    idleWorkspaces.withLock { $0.append(workspace) }
    if addingSpecialTokens { ids += suffixIDs }
    return ids
  }

  private func encode(_ text: [UInt8], isFirst: Bool, _ workspace: inout TokenModel.Workspace, into ids: inout [Int]) {
    let normalized = normalizer.normalized(text)
    for segment in normalizedTokens.segments(of: normalized) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range):
        let text = range.count == normalized.count ? normalized : Array(normalized[range])
        let pieces = preTokenizer.pieces(of: text, isFirst: isFirst && range.lowerBound == 0)
        for piece in pieces.pieces { model.encode(pieces.text, piece, &workspace, into: &ids) }
      }
    }
  }

  /// The text of `ids`; bytes that are no UTF-8 become U+FFFD, ids outside the vocabulary nothing.
  public func decode(_ ids: [Int], skippingSpecialTokens: Bool = true) -> String {
    let kept = ids.filter { 0..<vocabularySize ~= $0 && !(skippingSpecialTokens && isSpecial($0)) }
    switch decoding {
    case .hugging(let decoder) where decoder.isConcatenation:
      return String(decoding: kept.flatMap { contributions[$0] }, as: UTF8.self)
    case .hugging(let decoder):
      return String(decoding: decoder.text(of: kept.map { Array(spellings[$0]) }), as: UTF8.self)
    case .sentencePiece(let decoder):
      let text = decoder.text(of: kept) { skippingSpecialTokens ? nil : Array(spellings[$0]) }
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// The bytes that a token adds within a text, which may end inside a character; none for an id outside the vocabulary.
  public func bytes(of id: Int) -> [UInt8] { Array(contributions[id]) }

  /// The id of a token as the file spells it: `"<|end_of_text|>"`, `"Ġthe"`.
  public func id(of token: String) -> Int? { ids.id(of: token).map { Int($0) } }

  public func isSpecial(_ id: Int) -> Bool { specialIDs.contains(id) }
}

extension TokenizerDefinition {
  fileprivate var contributions: TokenTable {
    switch decoding {
    case .hugging(let decoder): TokenTable(spellings.map { $0.map { decoder.contribution(of: $0) } })
    case .sentencePiece(let decoder): TokenTable(spellings.indices.map { decoder.contribution(of: $0) })
    }
  }
}
