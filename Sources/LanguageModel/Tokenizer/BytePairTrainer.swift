import Foundation

/// Trains a byte-level byte-pair tokenizer (Sennrich et al., arXiv 1508.07909).
///
/// Words are cut by `WordPattern.words`: a frequent word becomes one token with its leading space, while every digit is a
/// token of its own, never merged and never with a space. The most frequent pair is merged first, of equals the pair of
/// smaller ids: same texts, same tokenizer.
public struct BytePairTrainer {
  /// A tokenizer.json of at most `vocabularySize` tokens, which Hugging Face's `tokenizers` reads as well.
  ///
  /// Ids: the special tokens as given, the 256 bytes, the merges as they were made. Training ends early when no pair
  /// occurs twice.
  /// - Throws: `ModelError` where the size has no room for the special tokens and 256 bytes, or where a special token is
  ///   empty, repeated, or a byte's own spelling.
  public static func train(
    texts: some Sequence<String>, vocabularySize: Int, specialTokens: [String]
  ) throws -> Data {
    let alphabet = ByteAlphabet.order.map { ByteAlphabet.spelling(of: [$0]) }
    guard vocabularySize >= specialTokens.count + alphabet.count else {
      throw ModelError(
        .badInput,
        "a vocabulary of \(vocabularySize) has no room for \(specialTokens.count) special tokens and 256 bytes; "
          + "make it at least \(specialTokens.count + alphabet.count)")
    }
    var seen = Set(alphabet)
    for token in specialTokens where token.isEmpty || !seen.insert(token).inserted {
      throw ModelError(.badInput, "the special token '\(token)' is empty or repeated; give each a text of its own")
    }
    let pattern: RegularExpression
    do {
      pattern = try RegularExpression(WordPattern.words)
    } catch {
      throw ModelError(.badInput, "the built-in word pattern holds \(error.construct), which is not supported")
    }
    var trainer = BytePairTrainer(texts: texts, reserved: specialTokens, pattern: pattern)
    let merges = trainer.merges(limit: vocabularySize - specialTokens.count - alphabet.count)
    return TrainedTokenizerFile(specialTokens: specialTokens, tokens: trainer.tokens, merges: merges).json
  }

  private struct Pair: Hashable, Comparable {
    let left, right: Int
    static func < (a: Pair, b: Pair) -> Bool { (a.left, a.right) < (b.left, b.right) }
  }

  /// Orders the most frequent pair first.
  private struct Candidate: Comparable {
    let count: Int
    let pair: Pair
    static func < (a: Candidate, b: Candidate) -> Bool { a.count != b.count ? a.count > b.count : a.pair < b.pair }
  }

  /// A distinct word of the texts as tokens, counted from the first byte's.
  private struct Word {
    var ids: [Int]
    let count: Int
  }

  private var words: [Word]
  private var tokens: [[UInt8]] = ByteAlphabet.order.map { [$0] }
  private var pairCounts: [Pair: Int] = [:]
  /// Indices of the words that hold a pair, or held it once.
  private var wordsByPair: [Pair: Set<Int>] = [:]
  private var queue = MinimumHeap<Candidate>()
  /// Spellings that no merge may produce: one text, one token.
  private let reserved: Set<[UInt8]>

  private init(texts: some Sequence<String>, reserved: [String], pattern: RegularExpression) {
    var counts: [ArraySlice<UInt8>: Int] = [:]
    for text in texts {
      let bytes = Array(text.utf8)
      var pieces = TextPieces(bytes)
      pieces.split(.isolated) { pattern.matches(in: $0, $1) }
      for piece in pieces.pieces {
        let word = bytes[piece]
        // A copy of the word alone, lest the table keep every text alive.
        if counts[word] != nil { counts[word]? += 1 } else { counts[Array(word)[...]] = 1 }
      }
    }
    var ids = [Int](repeating: 0, count: 256)
    for (id, byte) in ByteAlphabet.order.enumerated() { ids[Int(byte)] = id }
    words = counts.map { word, count in Word(ids: word.map { ids[Int($0)] }, count: count) }
    self.reserved = Set(reserved.map { ByteAlphabet.bytes(spelledBy: Array($0.utf8)) ?? Array($0.utf8) })
    for index in words.indices { count(wordAt: index) }
    for (pair, count) in pairCounts { queue.insert(Candidate(count: count, pair: pair)) }
  }

  /// At most `limit` merges, as token ids counted from the first byte's.
  private mutating func merges(limit: Int) -> [(left: Int, right: Int)] {
    var merges: [(left: Int, right: Int)] = []
    while merges.count < limit, let candidate = queue.removeMinimum() {
      let pair = candidate.pair
      let count = pairCounts[pair, default: 0]
      if count != candidate.count {
        if count > 0, count < candidate.count { queue.insert(Candidate(count: count, pair: pair)) }
        continue
      }
      guard count >= 2 else { break }
      let bytes = tokens[pair.left] + tokens[pair.right]
      if reserved.contains(bytes) { continue }
      tokens.append(bytes)
      merges.append((pair.left, pair.right))
      merge(pair, into: tokens.count - 1)
    }
    return merges
  }

  private mutating func merge(_ pair: Pair, into id: Int) {
    var grown: Set<Pair> = []
    for index in wordsByPair.removeValue(forKey: pair) ?? [] {
      uncount(wordAt: index)
      var merged: [Int] = []
      for next in words[index].ids {
        if next == pair.right, merged.last == pair.left {
          merged[merged.count - 1] = id
        } else {
          merged.append(next)
        }
      }
      words[index].ids = merged
      count(wordAt: index)
      for (left, right) in zip(merged, merged.dropFirst()) where left == id || right == id {
        grown.insert(Pair(left: left, right: right))
      }
    }
    for pair in grown { queue.insert(Candidate(count: pairCounts[pair, default: 0], pair: pair)) }
  }

  private mutating func count(wordAt index: Int) {
    let word = words[index]
    for (left, right) in zip(word.ids, word.ids.dropFirst()) {
      pairCounts[Pair(left: left, right: right), default: 0] += word.count
      wordsByPair[Pair(left: left, right: right), default: []].insert(index)
    }
  }

  private mutating func uncount(wordAt index: Int) {
    let word = words[index]
    for (left, right) in zip(word.ids, word.ids.dropFirst()) {
      pairCounts[Pair(left: left, right: right), default: 0] -= word.count
    }
  }
}
