/// Reads the BPE `model` of a tokenizer.json.
struct BytePairModelReader {
  private let object: JSONObject
  private let vocabulary: Vocabulary
  private let prefix, suffix: [UInt8]
  private let unknownID: UInt32?
  private let fallsBackToBytes, ignoresMerges: Bool

  /// - Throws: `ModelError` naming an option that is not supported.
  init(_ object: JSONObject, _ vocabulary: Vocabulary) throws {
    self.object = object
    self.vocabulary = vocabulary
    if let dropout = try object.number("dropout"), dropout != 0 {
      throw object.error("dropout \(dropout) is not supported; set it to null")
    }
    prefix = Array((try object.string("continuing_subword_prefix") ?? "").utf8)
    suffix = Array((try object.string("end_of_word_suffix") ?? "").utf8)
    unknownID = try object.string("unk_token").map { name in
      guard let id = vocabulary.id(of: name) else {
        throw object.error("unk_token names '\(name)', which is not in the vocabulary")
      }
      return id
    }
    fallsBackToBytes = try object.boolean("byte_fallback") ?? false
    ignoresMerges = try object.boolean("ignore_merges") ?? false
  }

  /// Whether a spelling of bytes may be read back as bytes before the model sees it.
  var allowsBytes: Bool { prefix.isEmpty && suffix.isEmpty && !fallsBackToBytes }

  /// - Parameter overBytes: whether words come as bytes, which the vocabulary spells as `ByteAlphabet`.
  /// - Throws: `ModelError` naming a merge that is damaged.
  func model(overBytes: Bool) throws -> TokenModel {
    var (merges, joint) = try mergeTable()
    if overBytes || ignoresMerges || !allowsJoint { joint = nil }
    let unknown = BytePairModel.Unknown(
      byteTokens: fallsBackToBytes ? BytePairModelReader.byteTokens(vocabulary) : nil, id: unknownID,
      isFusedBefore: try object.boolean("fuse_unk") ?? false)
    let alphabet: BytePairModel.Alphabet =
      overBytes
      ? .bytes(
        ByteAlphabet.scalars.map { vocabulary.id(of: Array(String(Character($0)).utf8)) ?? BytePairModel.none })
      : .characters(vocabulary, prefix: prefix, suffix: suffix, literals: ByteTrie())
    let model = BytePairModel(
      alphabet: alphabet, merges: merges, unknown: unknown, wholeWords: ignoresMerges ? wholeWords(overBytes) : nil)
    return TokenModel(.bytePair(model), joint: joint)
  }

  /// The tokens `<0x00>` to `<0xFF>`.
  static func byteTokens(_ vocabulary: Vocabulary) -> [UInt32] {
    (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return vocabulary.id(of: "<0x\(byte < 16 ? "0" : "")\(digits)>") ?? BytePairModel.none
    }
  }

  private var allowsJoint: Bool { prefix.isEmpty && suffix.isEmpty && vocabulary.id(of: Joint.metaspace) != nil }

  private func wholeWords(_ overBytes: Bool) -> Vocabulary {
    guard overBytes else { return vocabulary }
    var words = Vocabulary(capacity: vocabulary.count)
    for (token, id) in vocabulary.entries {
      if let bytes = ByteAlphabet.bytes(spelledBy: token) {
        words.insert(bytes, id: id)
      }
    }
    return words
  }

  private func mergeTable() throws -> (MergeTable, joint: [UInt8]?) {
    let lines = try object.require(try object.values("merges"), "merges")
    var merges = MergeTable(capacity: lines.count)
    var hasJoint = true
    var rank = 0
    // Left and right one after the other, so that the token they make is the whole.
    var pair: [UInt8] = []
    for (number, value) in lines.enumerated() {
      if case .string(let line) = value, line.hasPrefix("#version") { continue }
      pair.removeAll(keepingCapacity: true)
      guard let cut = Self.append(value, to: &pair) else {
        throw object.error("merge \(number) is not a pair of tokens")
      }
      guard let left = vocabulary.id(of: pair, 0..<cut) else { throw error(number, pair[..<cut]) }
      guard let right = vocabulary.id(of: pair, cut..<pair.count) else { throw error(number, pair[cut...]) }
      if !prefix.isEmpty, pair[cut...].starts(with: prefix) { pair.removeSubrange(cut..<cut + prefix.count) }
      guard let id = vocabulary.id(of: pair) else { throw error(number, pair[...]) }
      merges[left, right] = .init(rank: UInt32(rank), id: id)
      hasJoint = hasJoint && Joint.allows(pair)
      rank += 1
    }
    return (merges, hasJoint ? Joint.metaspace : nil)
  }

  private func error(_ merge: Int, _ token: ArraySlice<UInt8>) -> ModelError {
    object.error("merge \(merge) names '\(String(decoding: token, as: UTF8.self))', which is not in the vocabulary")
  }

  /// Appends both sides of a merge, which is written as "a b" or as ["a", "b"], and returns where the right one starts.
  private static func append(_ value: JSONValue, to pair: inout [UInt8]) -> Int? {
    switch value {
    case .string(let line):
      pair += line.utf8
      let blanks = pair.indices.filter { pair[$0] == UInt8(ascii: " ") }
      guard blanks.count == 1 else { return nil }
      pair.remove(at: blanks[0])
      return blanks[0]
    case .list(let parts):
      guard parts.count == 2, case .string(let left) = parts[0], case .string(let right) = parts[1] else { return nil }
      pair += left.utf8
      let cut = pair.count
      pair += right.utf8
      return cut
    default: return nil
    }
  }
}

/// The mark of spaces in SentencePiece's vocabularies, before which a text may be cut.
enum Joint {
  static let metaspace = Array("\u{2581}".utf8)

  /// Whether a token that merges made has the mark at its start alone, once or several times.
  static func allows(_ token: [UInt8]) -> Bool {
    guard token.contains(metaspace[0]) else { return true }
    var start = 0
    while token[start...].starts(with: metaspace) { start += metaspace.count }
    return metaspace.occurrences(in: token, start..<token.count).isEmpty
  }
}
