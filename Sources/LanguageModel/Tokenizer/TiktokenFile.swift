import Foundation

/// What a `tokenizer.model` of tiktoken says: a line a token, its bytes in base64 and its rank.
///
/// The special tokens and the word pattern, which the file does not hold, are those of Meta's LLaMA 3.
struct TiktokenFile {
  private static let specialTokenCount = 256
  private static let longestToken = 1_024

  private let name: String
  /// By rank.
  private var tokens: [[UInt8]] = []

  /// Whether `data` starts as such a file does.
  static func isFile(_ data: Data) -> Bool {
    let line = data.prefix(2 * longestToken).prefix { $0 != UInt8(ascii: "\n") }
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && Data(base64Encoded: Data(parts[0])) != nil
      && parts[1].allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: "\r") }
  }

  /// - Throws: `ModelError` naming the file, the line and what is wrong.
  init(_ data: Data, name: String) throws {
    self.name = name
    for (index, line) in Array(data).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    {
      if line.isEmpty { continue }
      let parts = line.split(separator: UInt8(ascii: " "))
      guard parts.count == 2, let bytes = Base64.bytes(parts[0]), !bytes.isEmpty, bytes.count <= Self.longestToken
      else {
        throw error(index, "must be a token in base64, a space and its rank; get the file again")
      }
      guard Int(String(decoding: parts[1].filter { $0 != 0x0d }, as: UTF8.self)) == tokens.count else {
        throw error(index, "must have rank \(tokens.count): ranks count from 0 without a gap; get the file again")
      }
      tokens.append(bytes)
    }
  }

  private func error(_ line: Int, _ message: String) -> ModelError {
    ModelError(.badInput, file: "\(name):\(line + 1)", message)
  }

  /// - Parameter configuration: may name the special tokens otherwise, and says which of them surround a text; without it
  ///   BOS comes first.
  func definition(_ configuration: TokenizerConfiguration) throws -> TokenizerDefinition {
    let specials = try specialTokens(configuration)
    var ids = Vocabulary(capacity: tokens.count + specials.count)
    var ranks = Vocabulary(capacity: tokens.count)
    for (rank, token) in tokens.enumerated() {
      ranks.insert(token, id: UInt32(rank))
      ids.insert(Array(ByteAlphabet.spelling(of: token).utf8), id: UInt32(rank))
    }
    guard ranks.count == tokens.count else {
      throw ModelError(.badInput, file: name, "holds a token twice; get the file again")
    }
    for token in specials { ids.insert(Array(token.content.utf8), id: UInt32(token.id)) }
    let (prefixIDs, suffixIDs) = try configuration.surroundingIDs(
      defaultBOS: "<|begin_of_text|>", defaultEOS: "<|end_of_text|>", file: name
    ) { ids.id(of: $0).map { Int($0) } }
    var spellings = tokens.map { Optional(Array(ByteAlphabet.spelling(of: $0).utf8)) }
    for token in specials {
      if token.id >= spellings.count {
        spellings += [[UInt8]?](repeating: nil, count: token.id - spellings.count + 1)
      }
      spellings[token.id] = Array(token.content.utf8)
    }
    let pattern: RegularExpression
    do {
      pattern = try RegularExpression(WordPattern.llama3)
    } catch {
      throw ModelError(.badInput, file: name, "the built-in pattern holds \(error.construct), which is not supported")
    }
    return TokenizerDefinition(
      spellings: spellings, ids: ids, addedTokens: specials, recognizesSpecialTokens: false,
      specialIDs: Set(specials.map(\.id)), normalizer: .hugging(Normalizer(steps: [])),
      preTokenizer: PreTokenizer(stages: [.split(pattern, .isolated, inverted: false)]),
      model: try model(ranks), prefixIDs: prefixIDs, suffixIDs: suffixIDs,
      decoding: .hugging(TokenDecoder(stages: [.byteLevel])))
  }

  /// Two neighbours become one wherever both together are a token, that of the lowest rank first.
  private func model(_ ranks: Vocabulary) throws -> TokenModel {
    let byteIDs = (0...UInt8.max).map { ranks.id(of: [$0]) ?? BytePairModel.none }
    guard !byteIDs.contains(BytePairModel.none) else {
      throw ModelError(.badInput, file: name, "lacks the token of a single byte; get the file again")
    }
    var merges = MergeTable(capacity: 4 * tokens.count)
    for (rank, token) in tokens.enumerated() {
      for cut in token.indices.dropFirst() {
        guard let left = ranks.id(of: token, 0..<cut), let right = ranks.id(of: token, cut..<token.count) else {
          continue
        }
        merges[left, right] = .init(rank: UInt32(rank), id: UInt32(rank))
      }
    }
    return TokenModel(
      .bytePair(
        BytePairModel(alphabet: .bytes(byteIDs), merges: merges, unknown: .init(), wholeWords: ranks)))
  }

  private func specialTokens(_ configuration: TokenizerConfiguration) throws -> [AddedToken] {
    let named =
      configuration.addedTokens.isEmpty
      ? Self.llama3Names.enumerated().map { (tokens.count + $0, $1) } : configuration.addedTokens
    return try named.map { id, content in
      guard tokens.count..<TokenizerDefinition.largestID ~= id else {
        throw ModelError(
          .badInput, file: name,
          "the special token '\(content)' has the id \(id), which must lie past the \(tokens.count) ranks")
      }
      return AddedToken(
        id: id, content: content, pattern: Array(content.utf8), isSpecial: true, stripsLeft: false, stripsRight: false,
        isNormalized: false, isSingleWord: false)
    }
  }

  private static let llama3Names: [String] = {
    let first = [
      "<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>",
      "<|reserved_special_token_2|>", "<|reserved_special_token_3|>", "<|start_header_id|>", "<|end_header_id|>",
      "<|reserved_special_token_4|>", "<|eot_id|>",
    ]
    return first + (5..<specialTokenCount - 5).map { "<|reserved_special_token_\($0)|>" }
  }()
}
