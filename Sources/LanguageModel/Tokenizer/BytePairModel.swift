/// Byte-pair encoding of one word: the merges of Sennrich et al. (arXiv 1508.07909), over bytes or characters.
struct BytePairModel: Sendable {
  /// What a word's first symbols are.
  enum Alphabet: Sendable {
    /// The token of each byte; `none` where the vocabulary lacks it.
    case bytes([UInt32])
    /// Characters, spelled with `prefix` where they do not start a word and with `suffix` where they end it. `literals` are
    /// found first, the longest of them, and are symbols of their own.
    case characters(Vocabulary, prefix: [UInt8], suffix: [UInt8], literals: ByteTrie)
  }

  /// What becomes of a symbol that is no token.
  struct Unknown: Sendable {
    /// The tokens of bytes, which stand for a character that is none; `none` where one is missing.
    var byteTokens: [UInt32]?
    /// Takes its place otherwise; where it is nil too, such symbols are left out, as Hugging Face does.
    var id: UInt32?
    /// A run of them becomes one token: before merging (Hugging Face) or after it (SentencePiece).
    var isFusedBefore = false
    var isFusedAfter = false
  }

  static let none = UInt32.max

  let alphabet: Alphabet
  let merges: MergeTable
  let unknown: Unknown
  /// Words that are a token as they stand, whatever the merges say (`ignore_merges`).
  let wholeWords: Vocabulary?
  /// The tokens of symbols past the vocabulary, which exist only until merging is over.
  let auxiliary: [[UInt32]]
  /// The first auxiliary symbol's id.
  let auxiliaryBase: UInt32

  init(
    alphabet: Alphabet, merges: MergeTable, unknown: Unknown, wholeWords: Vocabulary? = nil, auxiliary: [[UInt32]] = [],
    auxiliaryBase: UInt32 = BytePairModel.none
  ) {
    self.alphabet = alphabet
    self.merges = merges
    self.unknown = unknown
    self.wholeWords = wholeWords
    self.auxiliary = auxiliary
    self.auxiliaryBase = auxiliaryBase
  }

  /// Appends the tokens of `word` to `ids`.
  func encode(_ text: [UInt8], _ word: Range<Int>, _ merger: inout BytePairMerger, into ids: inout [Int]) {
    if let wholeWords, let id = wholeWords.id(of: text, word) {
      ids.append(Int(id))
      return
    }
    merger.ids.removeAll(keepingCapacity: true)
    switch alphabet {
    case .bytes(let byteIDs):
      var waiting: UInt32?
      for index in word {
        let id = byteIDs[Int(text[index])]
        if id != Self.none { flush(&waiting, &merger) }
        if id != Self.none { merger.ids.append(id) } else { addUnknown([], &waiting, &merger) }
      }
      flush(&waiting, &merger)
    case .characters(let vocabulary, let prefix, let suffix, let literals):
      addCharacters(text, word, vocabulary, prefix, suffix, literals, &merger)
    }
    merger.merge(merges)
    append(merger.ids, to: &ids)
  }

  private func addCharacters(
    _ text: [UInt8], _ word: Range<Int>, _ vocabulary: Vocabulary, _ prefix: [UInt8], _ suffix: [UInt8],
    _ literals: ByteTrie, _ merger: inout BytePairMerger
  ) {
    // An unknown symbol waits for its successor, with which it may fuse; tokens of bytes overtake it, as in the reference.
    var waiting: UInt32?
    var index = word.lowerBound
    while index < word.upperBound {
      if let literal = literals.longestMatch(at: index, in: text, end: word.upperBound) {
        flush(&waiting, &merger)
        merger.ids.append(UInt32(literal.value))
        index += literal.length
        continue
      }
      let end = index + UTF8Text.width(startingWith: text[index])
      let isPlain = (prefix.isEmpty || index == word.lowerBound) && (suffix.isEmpty || end < word.upperBound)
      var spelling: [UInt8] = []
      if !isPlain {
        if index > word.lowerBound { spelling += prefix }
        spelling += text[index..<end]
        if end == word.upperBound { spelling += suffix }
      }
      if let id = isPlain ? vocabulary.id(of: text, index..<end) : vocabulary.id(of: spelling) {
        flush(&waiting, &merger)
        merger.ids.append(id)
      } else {
        addUnknown(isPlain ? text[index..<end] : spelling[...], &waiting, &merger)
      }
      index = end
    }
    flush(&waiting, &merger)
  }

  private func flush(_ waiting: inout UInt32?, _ merger: inout BytePairMerger) {
    guard let id = waiting else { return }
    merger.ids.append(id)
    waiting = nil
  }

  private func addUnknown(_ spelling: ArraySlice<UInt8>, _ waiting: inout UInt32?, _ merger: inout BytePairMerger) {
    if let byteTokens = unknown.byteTokens, spelling.allSatisfy({ byteTokens[Int($0)] != Self.none }) {
      for byte in spelling { merger.ids.append(byteTokens[Int(byte)]) }
    } else if let id = unknown.id {
      if !unknown.isFusedBefore { flush(&waiting, &merger) }
      waiting = id
    }
  }

  private func append(_ symbols: [UInt32], to ids: inout [Int]) {
    let first = ids.count
    for id in symbols where id != BytePairMerger.merged {
      if id < auxiliaryBase {
        ids.append(Int(id))
      } else {
        for token in auxiliary[Int(id - auxiliaryBase)] { ids.append(Int(token)) }
      }
    }
    guard unknown.isFusedAfter, let id = unknown.id.map({ Int($0) }) else { return }
    var kept = first
    for index in first..<ids.count where !(ids[index] == id && kept > first && ids[kept - 1] == id) {
      ids[kept] = ids[index]
      kept += 1
    }
    ids.removeLast(ids.count - kept)
  }
}
