import Core

/// Which n-grams of some questions have occurred in the texts read so far. Linear in the texts.
struct OverlapIndex: Sendable {
  /// Words in an n-gram. A question with fewer is compared whole.
  static let length = 13
  /// Questions with fewer words share them with too much to be compared.
  static let shortest = 8

  /// One question.
  private struct Question: Sendable {
    let tokenCount: Int
    /// The n-gram that starts at each token, as a position in `seen`; nil for a question that is too short.
    let nGrams: [Int]?
  }

  private let questions: [Question]
  private let positions: [UInt64: Int]
  private var seen: [Bool]
  /// The lengths that occur.
  private let lengths: [Int]

  init(_ problems: [Problem]) {
    var positions: [UInt64: Int] = [:]
    var lengths: Set<Int> = []
    questions = problems.map { problem in
      let tokens = WordTokens(problem.question).hashes
      guard tokens.count >= Self.shortest else { return Question(tokenCount: tokens.count, nGrams: nil) }
      let length = min(Self.length, tokens.count)
      lengths.insert(length)
      let nGrams = Self.nGrams(of: tokens, length: length).map { hash in
        if let position = positions[hash] { return position }
        positions[hash] = positions.count
        return positions.count - 1
      }
      return Question(tokenCount: tokens.count, nGrams: nGrams)
    }
    self.positions = positions
    self.lengths = lengths.sorted()
    seen = [Bool](repeating: false, count: positions.count)
  }

  /// - Parameter text: UTF-8.
  mutating func read(_ text: ArraySlice<UInt8>) {
    let tokens = WordTokens(text).hashes
    for length in lengths where tokens.count >= length {
      for hash in Self.nGrams(of: tokens, length: length) {
        if let position = positions[hash] { seen[position] = true }
      }
    }
  }

  /// The share of each question's words that stand in an n-gram read; nil for questions too short to be compared.
  var coveredShares: [Double?] {
    questions.map { question in
      guard let nGrams = question.nGrams else { return nil }
      let length = min(Self.length, question.tokenCount)
      var covered = 0
      var end = 0
      for (start, nGram) in nGrams.enumerated() where seen[nGram] {
        covered += start + length - max(start, end)
        end = start + length
      }
      return Double(covered) / Double(question.tokenCount)
    }
  }

  /// A hash of each run of `length` tokens, each from the one before.
  private static func nGrams(of tokens: [UInt64], length: Int) -> [UInt64] {
    let base: UInt64 = 0x9e37_79b9_7f4a_7c15
    let leading = (1..<length).reduce(1 as UInt64) { power, _ in power &* base }
    var hash = tokens.prefix(length).reduce(0) { $0 &* base &+ $1 }
    var hashes = [mixed(hash, length)]
    hashes.reserveCapacity(tokens.count)
    for end in length..<max(length, tokens.count) {
      hash = (hash &- tokens[end - length] &* leading) &* base &+ tokens[end]
      hashes.append(mixed(hash, length))
    }
    return hashes
  }

  private static func mixed(_ hash: UInt64, _ length: Int) -> UInt64 {
    let mixed = (hash ^ (hash >> 32) ^ UInt64(length)) &* 0xd6e8_feb8_6659_fd93
    return mixed ^ (mixed >> 32)
  }
}
