import Foundation

/// What a `tokenizer.json` says, checked; everything that is not supported is refused by its name.
struct TokenizerFile {
  let tokens: TokenTable
  let idsByToken: [String: Int]
  let addedTokens: [AddedToken]
  let normalizesToNFC: Bool
  let preTokenizer: PreTokenizer
  let model: BytePairModel
  /// Special tokens before and after a single sequence.
  let prefixIDs, suffixIDs: [Int]

  /// Bounds the tables that an id of a damaged file can ask for.
  private static let largestID = 1 << 24

  init(json: Data, name: String) throws {
    let root = try JSONObject(json, file: name)
    let modelObject = try root.require(try root.object("model"), "model")
    try Self.checkModel(modelObject)
    normalizesToNFC = try Self.normalizesToNFC(root)
    guard let preTokenizerObject = try root.object("pre_tokenizer") else {
      throw root.error("a BPE model without pre_tokenizer is not supported; supported: byte-level BPE")
    }
    preTokenizer = try PreTokenizer(preTokenizerObject)
    let decoder = try root.object("decoder")?.string("type") ?? "null"
    guard decoder == "ByteLevel" else {
      throw root.error("decoder '\(decoder)' is not supported; supported: ByteLevel")
    }

    let entries = try modelObject.require(try modelObject.integersByName("vocab"), "vocab")
    let vocabulary = Dictionary(entries) { _, last in last }
    addedTokens = try Self.addedTokens(root, normalizesToNFC: normalizesToNFC)
    var idsByToken = vocabulary
    for token in addedTokens { idsByToken[token.content] = token.id }
    self.idsByToken = idsByToken
    let table = try Self.tokenBytes(idsByToken, root)
    tokens = TokenTable(table)
    model = try Self.model(modelObject, vocabulary: vocabulary)
    let template = try SpecialTokenTemplate(try root.object("post_processor"))
    prefixIDs = template.prefixIDs
    suffixIDs = template.suffixIDs
  }

  private static func checkModel(_ model: JSONObject) throws {
    // Files of older versions leave the type out; only BPE has merges.
    let type = try model.string("type") ?? (model.contains("merges") ? "BPE" : "WordPiece or Unigram")
    guard type == "BPE" else {
      throw model.error("model type '\(type)' is not supported; supported: byte-level BPE")
    }
    if try model.boolean("byte_fallback") ?? false {
      throw model.error("byte_fallback (SentencePiece-style BPE) is not supported; supported: byte-level BPE")
    }
    if let dropout = try model.number("dropout"), dropout != 0 {
      throw model.error("dropout \(dropout) is not supported; set it to null")
    }
    for option in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let value = try model.string(option), !value.isEmpty {
        throw model.error("\(option) '\(value)' is not supported; supported: byte-level BPE without it")
      }
    }
    if try model.string("unk_token") != nil, try model.boolean("fuse_unk") ?? false {
      throw model.error("fuse_unk is not supported; set it to false")
    }
  }

  private static func normalizesToNFC(_ root: JSONObject) throws -> Bool {
    guard let type = try root.object("normalizer")?.string("type") else { return false }
    guard type == "NFC" else { throw root.error("normalizer '\(type)' is not supported; supported: null, NFC") }
    return true
  }

  private static func addedTokens(_ root: JSONObject, normalizesToNFC: Bool) throws -> [AddedToken] {
    try (root.objects("added_tokens") ?? []).map { token in
      let content = try token.require(try token.string("content"), "content")
      if try token.boolean("single_word") ?? false {
        throw root.error("single_word of the added token '\(content)' is not supported; set it to false")
      }
      let isSpecial = try token.boolean("special") ?? false
      let isNormalized = try token.boolean("normalized") ?? !isSpecial
      let pattern = isNormalized && normalizesToNFC ? content.precomposedStringWithCanonicalMapping : content
      return AddedToken(
        id: try token.require(try token.integer("id"), "id"), content: content, pattern: Array(pattern.utf8),
        isSpecial: isSpecial,
        stripsLeft: try token.boolean("lstrip") ?? false, stripsRight: try token.boolean("rstrip") ?? false,
        isNormalized: isNormalized)
    }
  }

  /// The bytes of every token, by id.
  private static func tokenBytes(_ idsByToken: [String: Int], _ root: JSONObject) throws -> [[UInt8]?] {
    let largest = idsByToken.values.max() ?? -1
    guard largest >= 0, largest <= largestID, idsByToken.values.allSatisfy({ $0 >= 0 }) else {
      throw root.error("token ids must lie between 0 and \(largestID), and there must be some")
    }
    var table = [[UInt8]?](repeating: nil, count: largest + 1)
    for (token, id) in idsByToken { table[id] = ByteAlphabet.bytes(spelledBy: token) ?? Array(token.utf8) }
    return table
  }

  private static func model(_ object: JSONObject, vocabulary: [String: Int]) throws -> BytePairModel {
    func id(_ token: String, _ place: @autoclosure () -> String) throws -> UInt32 {
      guard let id = vocabulary[token] else {
        throw object.error("\(place()) names '\(token)', which is not in the vocabulary")
      }
      return UInt32(id)
    }
    let pairs = try mergedPairs(object)
    var merges = MergeTable(capacity: pairs.count)
    for (rank, pair) in pairs.enumerated() {
      let left = try id(pair.left, "merge \(rank)")
      let right = try id(pair.right, "merge \(rank)")
      merges[left, right] = .init(rank: UInt32(rank), id: try id(pair.left + pair.right, "merge \(rank)"))
    }
    var wholeWords: [ArraySlice<UInt8>: Int] = [:]
    if try object.boolean("ignore_merges") ?? false {
      wholeWords.reserveCapacity(vocabulary.count)
      for (token, id) in vocabulary {
        if let bytes = ByteAlphabet.bytes(spelledBy: token) { wholeWords[bytes[...]] = id }
      }
    }
    return BytePairModel(
      byteIDs: ByteAlphabet.scalars.map { vocabulary[String($0)].map { UInt32($0) } }, merges: merges,
      unknownID: try object.string("unk_token").map { try id($0, "unk_token") }, wholeWords: wholeWords)
  }

  /// Merges are written as "a b" or as ["a", "b"].
  private static func mergedPairs(_ object: JSONObject) throws -> [(left: String, right: String)] {
    try object.require(try object.values("merges"), "merges").enumerated().compactMap { rank, value in
      switch value {
      case .string(let line) where line.hasPrefix("#version"): return nil
      case .string(let line):
        let parts = line.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        if parts.count == 2, let left = String(parts[0]), let right = String(parts[1]) { return (left, right) }
      case .list(let parts):
        if parts.count == 2, case .string(let left) = parts[0], case .string(let right) = parts[1] {
          return (left, right)
        }
      default: break
      }
      throw object.error("merge \(rank) is not a pair of tokens")
    }
  }
}
