import Foundation

/// A byte-level byte-pair tokenizer, as Hugging Face's `tokenizer.json` describes it.
///
/// Its ids are those of the reference implementation (`tokenizers`). Truncation and padding that the file may ask for are
/// left to the caller, as in transformers.
public final class Tokenizer: Sendable {
  /// One more than the largest id.
  public let vocabularySize: Int

  private let tokens: TokenTable
  /// By the spelling of the file.
  private let idsByToken: [String: Int]
  private let specialIDs: Set<Int>
  private let normalizesToNFC: Bool
  private let exactTokens: AddedTokens
  private let normalizedTokens: AddedTokens
  private let preTokenizer: PreTokenizer
  private let model: BytePairModel
  private let prefixIDs: [Int]
  private let suffixIDs: [Int]

  /// The tokenizer of a model folder.
  ///
  /// - Throws: `ModelError` naming the file and what is missing, damaged or not supported.
  public convenience init(contentsOf folder: URL) throws {
    let file = folder.appending(path: "tokenizer.json")
    if !FileManager.default.fileExists(atPath: file.path),
      FileManager.default.fileExists(atPath: folder.appending(path: "tokenizer.model").path)
    {
      throw ModelError(
        .badInput, file: folder.path,
        "tokenizer.model without tokenizer.json is not supported; convert it with transformers' save_pretrained")
    }
    try self.init(json: try Data(contentsOfModelFile: file), name: file.path)
  }

  /// - Parameter name: what messages call the file.
  /// - Throws: `ModelError` naming what is damaged or not supported.
  public init(json: Data, name: String) throws {
    let file = try TokenizerFile(json: json, name: name)
    vocabularySize = file.tokens.count
    tokens = file.tokens
    idsByToken = file.idsByToken
    specialIDs = Set(file.addedTokens.filter(\.isSpecial).map(\.id))
    normalizesToNFC = file.normalizesToNFC
    exactTokens = AddedTokens(file.addedTokens.filter { !$0.isNormalized })
    normalizedTokens = AddedTokens(file.addedTokens.filter(\.isNormalized))
    preTokenizer = file.preTokenizer
    model = file.model
    prefixIDs = file.prefixIDs
    suffixIDs = file.suffixIDs
  }

  /// The tokens of `text`. Special tokens spelled out in it are recognised; those of the file's post-processor (BOS) are
  /// added only where `addingSpecialTokens`.
  public func encode(_ text: String, addingSpecialTokens: Bool = false) -> [Int] {
    var ids = addingSpecialTokens ? prefixIDs : []
    var workspace = BytePairModel.Workspace()
    for segment in exactTokens.segments(of: Array(text.utf8)[...]) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let raw):
        for part in normalizedTokens.segments(of: normalized(raw)) {
          switch part {
          case .token(let id): ids.append(id)
          case .text(let text):
            for word in preTokenizer.words(of: text) { model.encode(word, workspace: &workspace, into: &ids) }
          }
        }
      }
    }
    if addingSpecialTokens { ids += suffixIDs }
    return ids
  }

  /// The text of `ids`; bytes that are no UTF-8 become U+FFFD, ids outside the vocabulary nothing.
  public func decode(_ ids: [Int], skippingSpecialTokens: Bool = true) -> String {
    var bytes: [UInt8] = []
    for id in ids where !(skippingSpecialTokens && isSpecial(id)) { bytes += tokens[id] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes that a token stands for, which may end inside a character; none for an id outside the vocabulary.
  public func bytes(of id: Int) -> [UInt8] { Array(tokens[id]) }

  /// The id of a token as the file spells it: `"<|end_of_text|>"`, `"Ġthe"`.
  public func id(of token: String) -> Int? { idsByToken[token] }

  public func isSpecial(_ id: Int) -> Bool { specialIDs.contains(id) }

  private func normalized(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard normalizesToNFC, text.contains(where: { $0 >= 0x80 }) else { return text }
    return Array(String(decoding: text, as: UTF8.self).precomposedStringWithCanonicalMapping.utf8)[...]
  }
}
