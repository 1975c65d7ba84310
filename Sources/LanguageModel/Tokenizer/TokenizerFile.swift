import Foundation

/// What a `tokenizer.json` of Hugging Face's `tokenizers` says, checked; what is not supported is refused by its name.
struct TokenizerFile {
  let definition: TokenizerDefinition

  init(json: Data, name: String) throws {
    let root = try JSONObject(json, file: name)
    let model = try root.require(try root.object("model"), "model")
    let normalizer = try Normalizer(try root.object("normalizer"))
    var preTokenizer = try PreTokenizer(try root.object("pre_tokenizer"))
    let entries = try model.require(try model.integersByName("vocab"), "vocab")
    let addedTokens = try Self.addedTokens(root, normalizer)
    let largest = max(entries.map(\.1).max() ?? -1, addedTokens.map(\.id).max() ?? -1)
    let smallest = min(entries.map(\.1).min() ?? 0, addedTokens.map(\.id).min() ?? 0)
    guard largest >= 0, largest <= TokenizerDefinition.largestID, smallest >= 0 else {
      throw root.error("token ids must lie between 0 and \(TokenizerDefinition.largestID), and there must be some")
    }

    var vocabulary = Vocabulary(capacity: entries.count + addedTokens.count)
    for (token, id) in entries { vocabulary.insert(Array(token.utf8), id: UInt32(id)) }
    let tokenModel: TokenModel
    switch try Self.modelType(model) {
    case "BPE":
      // The spelling of bytes as characters is skipped where the model can work on the bytes themselves.
      let reader = try BytePairModelReader(model, vocabulary)
      var isByteLevel = false
      if reader.allowsBytes, case .spellBytes? = preTokenizer.stages.last {
        isByteLevel = true
        preTokenizer = PreTokenizer(stages: Array(preTokenizer.stages.dropLast()))
      }
      tokenModel = try reader.model(overBytes: isByteLevel)
    case "WordPiece": tokenModel = TokenModel(.wordPiece(try Self.wordPiece(model, vocabulary)))
    case let type: throw model.error("model type '\(type)' is not supported; supported: BPE, WordPiece")
    }

    var ids = vocabulary
    var spellings = [[UInt8]?](repeating: nil, count: largest + 1)
    for (token, id) in vocabulary.entries { spellings[Int(id)] = Array(token) }
    for token in addedTokens {
      ids.insert(Array(token.content.utf8), id: UInt32(token.id))
      // The reference writes it as it was looked for.
      spellings[token.id] = token.pattern
    }
    let template = try SpecialTokenTemplate(try root.object("post_processor"))
    definition = TokenizerDefinition(
      spellings: spellings, ids: ids, addedTokens: addedTokens, recognizesSpecialTokens: true,
      specialIDs: Set(addedTokens.filter(\.isSpecial).map(\.id)), normalizer: .hugging(normalizer),
      preTokenizer: preTokenizer, model: tokenModel, prefixIDs: template.prefixIDs, suffixIDs: template.suffixIDs,
      decoding: .hugging(try TokenDecoder(try root.object("decoder"))))
  }

  private static func modelType(_ model: JSONObject) throws -> String {
    if let type = try model.string("type") { return type }
    // Files of older versions leave the type out; what they hold tells it.
    if model.contains("merges") { return "BPE" }
    return model.contains("max_input_chars_per_word") ? "WordPiece" : "WordLevel or Unigram"
  }

  private static func wordPiece(_ model: JSONObject, _ vocabulary: Vocabulary) throws -> WordPieceModel {
    let unknown = try model.string("unk_token") ?? "[UNK]"
    guard let unknownID = vocabulary.id(of: unknown) else {
      throw model.error("unk_token names '\(unknown)', which is not in the vocabulary")
    }
    return WordPieceModel(
      vocabulary, continuingPrefix: Array((try model.string("continuing_subword_prefix") ?? "##").utf8),
      unknownID: unknownID, longestWord: try model.integer("max_input_chars_per_word") ?? 100)
  }

  private static func addedTokens(_ root: JSONObject, _ normalizer: Normalizer) throws -> [AddedToken] {
    try (root.objects("added_tokens") ?? []).map { token in
      let content = try token.require(try token.string("content"), "content")
      let isSpecial = try token.boolean("special") ?? false
      let isNormalized = try token.boolean("normalized") ?? !isSpecial
      let pattern = Array(content.utf8)
      return AddedToken(
        id: try token.require(try token.integer("id"), "id"), content: content,
        pattern: isNormalized ? normalizer.normalized(pattern) : pattern, isSpecial: isSpecial,
        stripsLeft: try token.boolean("lstrip") ?? false, stripsRight: try token.boolean("rstrip") ?? false,
        isNormalized: isNormalized, isSingleWord: try token.boolean("single_word") ?? false)
    }
  }
}
