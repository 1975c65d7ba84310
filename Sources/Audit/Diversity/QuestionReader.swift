/// Cuts the samples of one question after another into n-grams and equations, and counts them.
///
/// The samples of a question are compared many times over: within each iteration, and again between iteration 1 and every
/// later one. So its n-grams are numbered once, and each count marks numbers in a table. All samples of the question stand in one
/// row of tokens, so that nothing is allocated for a sample.
struct QuestionReader {
  /// A sample as the diversity measures see it. It means something only until the next question is read.
  struct Text {
    let isCorrect: Bool
    /// Its tokens among those of the question's samples.
    let tokens: Range<Int>
    /// The number of its equation chain.
    let chain: Int32
    /// Share of its 4-grams that occurred in it before; nil without any.
    let repetition: Double?

    var tokenCount: Int { tokens.count }

    /// Where the n-grams of its first `length` tokens start, `order` = n − 1.
    func nGrams(_ order: Int, within length: Int) -> Range<Int> {
      tokens.lowerBound..<(tokens.lowerBound + max(0, min(length, tokens.count) - order))
    }
  }

  private(set) var hasEquations = false
  /// The different n-grams of all questions, by n − 1.
  private var vocabulary = [DistinctCounter](repeating: DistinctCounter(), count: NGramCounts.orders)
  private var index = NGramIndex()
  /// By n − 1 and the token that it starts with: the number of an n-gram of the question that is being read.
  private var numbers = [[Int32]](repeating: [], count: NGramCounts.orders)
  /// By n − 1 and n-gram: the last count that met it.
  private var marks = [[Int32]](repeating: [], count: NGramCounts.orders)
  /// By equation chain: the last count that met it.
  private var chainMarks: [Int32] = []
  private var countsSoFar: Int32 = 0

  var vocabularySizes: [Int] { vocabulary.map(\.count) }

  /// The first `count` samples of one question, iteration by iteration.
  mutating func read(_ question: Int, of iterations: [IterationAnswers], first count: Int) -> [[Text]] {
    let samples = iterations.map { ($0, $0.questions[question].samples.prefix(count)) }
    var tokens: [UInt64] = []
    let ranges = samples.map { answers, samples in
      samples.map { sample in
        let start = tokens.count
        WordTokens(answers.text(of: sample)).appendHashes(to: &tokens)
        return start..<tokens.count
      }
    }
    number(tokens, in: ranges.flatMap { $0 })

    var chains: [[String]: Int32] = [:]
    return zip(samples, ranges).map { iteration, ranges in
      zip(iteration.1, ranges).map { sample, tokens in
        let equations = EquationChain.equations(in: iteration.0.text(of: sample))
        hasEquations = hasEquations || !equations.isEmpty
        let chain = chains[equations] ?? Int32(chains.count)
        chains[equations] = chain
        if chainMarks.count < chains.count { chainMarks.append(0) }
        countsSoFar += 1
        let fourGrams = tokens.lowerBound..<max(tokens.lowerBound, tokens.upperBound - 3)
        let distinct = mark(fourGrams, order: 3)
        return Text(
          isCorrect: sample.isCorrect, tokens: tokens, chain: chain,
          repetition: fourGrams.isEmpty ? nil : 1 - Double(distinct) / Double(fourGrams.count))
      }
    }
  }

  /// Numbers the n-grams of every order, none of which reaches from one text into the next.
  private mutating func number(_ tokens: [UInt64], in texts: [Range<Int>]) {
    var hashes = tokens
    for order in 0..<NGramCounts.orders {
      index.reset(capacity: tokens.count)
      var numbers = [Int32](repeating: 0, count: tokens.count)
      var numberSpan = numbers.mutableSpan
      var hashSpan = hashes.mutableSpan
      for text in texts {
        for start in text.lowerBound..<max(text.lowerBound, text.upperBound - order) {
          if order > 0 { hashSpan[start] = Self.extend(hashSpan[start], by: tokens[start + order]) }
          numberSpan[start] = index.number(of: hashSpan[start])
        }
      }
      self.numbers[order] = numbers
      for hash in index.hashes { vocabulary[order].insert(hash) }
      let missing = index.hashes.count - marks[order].count
      if missing > 0 { marks[order] += [Int32](repeating: 0, count: missing) }
    }
  }

  /// The vocabulary of the questions that `other` has read as well.
  mutating func formUnion(_ other: QuestionReader) {
    hasEquations = hasEquations || other.hasEquations
    for order in vocabulary.indices { vocabulary[order].formUnion(other.vocabulary[order]) }
  }

  /// The n-gram made longer by the token that follows it.
  private static func extend(_ hash: UInt64, by token: UInt64) -> UInt64 {
    var mixed = hash &* 0x9e37_79b9_7f4a_7c15 &+ token
    mixed ^= mixed >> 32
    mixed &*= 0xd6e8_feb8_6659_fd93
    return mixed ^ (mixed >> 32)
  }

  /// Nil for fewer than two texts.
  mutating func profile(_ texts: ArraySlice<Text>) -> DiversityTable.Profile? {
    guard texts.count >= 2 else { return nil }
    let nGrams = nGramCounts(texts, lengths: nil)
    let chains = texts.count { text in
      defer { chainMarks[Int(text.chain)] = countsSoFar }
      return chainMarks[Int(text.chain)] != countsSoFar
    }
    return DiversityTable.Profile(nGrams: nGrams, distinctEquations: Double(chains) / Double(texts.count))
  }

  /// How many of the n-grams that start in `starts` the current count did not meet before.
  private mutating func mark(_ starts: Range<Int>, order: Int) -> Int {
    Self.mark(numbers[order], at: starts, with: countsSoFar, in: &marks[order])
  }

  private static func mark(_ numbers: [Int32], at starts: Range<Int>, with mark: Int32, in marks: inout [Int32]) -> Int
  {
    let numbers = numbers.span
    var marks = marks.mutableSpan
    var fresh = 0
    for start in starts {
      let number = Int(numbers[start])
      if marks[number] != mark {
        marks[number] = mark
        fresh += 1
      }
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
      first: first, later: later, firstAtEqualLength: nGramCounts(ordered.0[...], lengths: lengths),
      laterAtEqualLength: nGramCounts(ordered.1[...], lengths: lengths))
  }

  /// The n-grams of the texts, or with `lengths` of as many of each one's first tokens.
  private mutating func nGramCounts(_ texts: ArraySlice<Text>, lengths: [Int]?) -> NGramCounts {
    countsSoFar += 1
    var counts = NGramCounts()
    for order in 0..<NGramCounts.orders {
      for (position, text) in texts.enumerated() {
        let starts = text.nGrams(order, within: lengths?[position] ?? text.tokenCount)
        counts.total[order] += starts.count
        counts.distinct[order] += mark(starts, order: order)
      }
    }
    return counts
  }
}
