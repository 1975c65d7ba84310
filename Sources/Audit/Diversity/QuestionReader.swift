/// Cuts the samples of one question after another into n-grams and equations, and counts them.
///
/// The samples of a question are compared many times over: within each iteration, and again between iteration 1 and every
/// later one. So its n-grams are numbered once, and each count marks numbers in a table.
struct QuestionReader {
  /// A sample as the diversity measures see it.
  struct Text {
    let isCorrect: Bool
    let equations: [String]
    /// The numbers of its n-grams, by n − 1. They mean something only until the next question is read.
    var nGrams: [[Int32]] = []
    /// Share of its 4-grams that occurred in it before; nil without any.
    var repetition: Double?

    var tokenCount: Int { nGrams[0].count }
  }

  private(set) var hasEquations = false
  /// The different n-grams of all questions, by n − 1.
  private var vocabulary = [DistinctCounter](repeating: DistinctCounter(), count: NGramCounts.orders)
  private var index = NGramIndex()
  /// By n − 1 and n-gram: the last count that met it.
  private var marks = [[Int32]](repeating: [], count: NGramCounts.orders)
  private var countsSoFar: Int32 = 0

  var vocabularySizes: [Int] { vocabulary.map(\.count) }

  /// The first `count` samples of one question, iteration by iteration.
  mutating func read(_ question: Int, of iterations: [IterationAnswers], first count: Int) -> [[Text]] {
    let samples = iterations.map { answers in
      answers.questions[question].samples.prefix(count).map { ($0.isCorrect, answers.text(of: $0)) }
    }
    var texts = samples.map {
      $0.map { isCorrect, text in Text(isCorrect: isCorrect, equations: EquationChain.equations(in: text)) }
    }
    hasEquations = hasEquations || texts.contains { $0.contains { !$0.equations.isEmpty } }

    let tokens = samples.map { $0.map { WordTokens($0.1).hashes } }
    let tokenCount = tokens.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
    var hashes = tokens
    for order in 0..<NGramCounts.orders {
      index.reset(capacity: tokenCount)
      for iteration in tokens.indices {
        for sample in tokens[iteration].indices {
          if order > 0 { Self.extend(&hashes[iteration][sample], by: tokens[iteration][sample].dropFirst(order)) }
          texts[iteration][sample].nGrams.append(hashes[iteration][sample].map { index.number(of: $0) })
        }
      }
      for hash in index.hashes { vocabulary[order].insert(hash) }
      let missing = index.hashes.count - marks[order].count
      if missing > 0 { marks[order] += [Int32](repeating: 0, count: missing) }
    }
    for iteration in texts.indices {
      for sample in texts[iteration].indices {
        countsSoFar += 1
        let fourGrams = texts[iteration][sample].nGrams[3]
        guard !fourGrams.isEmpty else { continue }
        let distinct = Self.mark(fourGrams[...], with: countsSoFar, in: &marks[3])
        texts[iteration][sample].repetition = 1 - Double(distinct) / Double(fourGrams.count)
      }
    }
    return texts
  }

  /// The vocabulary of the questions that `other` has read as well.
  mutating func formUnion(_ other: QuestionReader) {
    hasEquations = hasEquations || other.hasEquations
    for order in vocabulary.indices { vocabulary[order].formUnion(other.vocabulary[order]) }
  }

  /// Makes each n-gram longer by the token that follows it; those at the end of the text have none and go.
  private static func extend(_ hashes: inout [UInt64], by followers: ArraySlice<UInt64>) {
    hashes.removeLast(hashes.count - followers.count)
    for (start, token) in followers.enumerated() {
      var mixed = hashes[start] &* 0x9e37_79b9_7f4a_7c15 &+ token
      mixed ^= mixed >> 32
      mixed &*= 0xd6e8_feb8_6659_fd93
      hashes[start] = mixed ^ (mixed >> 32)
    }
  }

  /// Nil for fewer than two texts.
  mutating func profile(_ texts: ArraySlice<Text>) -> DiversityTable.Profile? {
    guard texts.count >= 2 else { return nil }
    countsSoFar += 1
    var counts = NGramCounts()
    for order in 0..<NGramCounts.orders {
      for text in texts {
        counts.total[order] += text.nGrams[order].count
        counts.distinct[order] += Self.mark(text.nGrams[order][...], with: countsSoFar, in: &marks[order])
      }
    }
    return DiversityTable.Profile(
      nGrams: counts, distinctEquations: Double(Set(texts.map(\.equations)).count) / Double(texts.count))
  }

  /// How many of `numbers` did not have the mark yet.
  private static func mark(_ numbers: ArraySlice<Int32>, with mark: Int32, in marks: inout [Int32]) -> Int {
    var fresh = 0
    for number in numbers where marks[Int(number)] != mark {
      marks[Int(number)] = mark
      fresh += 1
    }
    return fresh
  }

  /// Both sides cut to the size of the smaller; nil where that is below two.
  mutating func match(_ first: [Text], _ later: [Text]) -> DiversityTable.Match? {
    let count = min(first.count, later.count)
    let sides = (first.prefix(count), later.prefix(count))
    guard let first = profile(sides.0), let later = profile(sides.1) else { return nil }
    // The shortest text of one side with the shortest of the other, and so on: so least is cut away.
    let ordered = (sides.0.sorted { $0.tokenCount < $1.tokenCount }, sides.1.sorted { $0.tokenCount < $1.tokenCount })
    let lengths = zip(ordered.0, ordered.1).map { min($0.tokenCount, $1.tokenCount) }
    return DiversityTable.Match(
      first: first, later: later, firstAtEqualLength: nGramCounts(ordered.0, cutTo: lengths),
      laterAtEqualLength: nGramCounts(ordered.1, cutTo: lengths))
  }

  /// The n-grams of each text's first tokens, `lengths` of them.
  private mutating func nGramCounts(_ texts: [Text], cutTo lengths: [Int]) -> NGramCounts {
    countsSoFar += 1
    var counts = NGramCounts()
    for order in 0..<NGramCounts.orders {
      for (text, length) in zip(texts, lengths) {
        let nGrams = text.nGrams[order].prefix(max(0, length - order))
        counts.total[order] += nGrams.count
        counts.distinct[order] += Self.mark(nGrams, with: countsSoFar, in: &marks[order])
      }
    }
    return counts
  }
}
