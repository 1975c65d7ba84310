import Core
import Randomness

/// Where a problem is used.
public enum ArithmeticSplit: String, Codable, Sendable, Hashable, CaseIterable {
  /// Question–answer pairs of M_0's pretraining corpus.
  case pretraining
  /// D, and the questions that self-improvement samples answers to.
  case train
  /// For choosing settings.
  case validation
  case test
  /// Families, chains and numbers that occur in no other split.
  case outOfDistribution = "ood"
}

/// Word problems of five levels from a seed.
///
/// The splits are disjoint by construction, whatever the seeds: a hash of a problem's canonical form (family, numbers and
/// operations) assigns it to one split for good, so that no test problem occurs in pretraining or in training data, not
/// even rephrased. Out-of-distribution problems are of families that no other split draws from.
public struct ArithmeticGenerator: Sendable {
  public let seed: UInt64
  public let difficulty: ArithmeticDifficulty

  public init(seed: UInt64, difficulty: ArithmeticDifficulty = ArithmeticDifficulty()) {
    self.seed = seed
    self.difficulty = difficulty
  }

  /// The first `count` problems of `split`, levels in turn, no question twice. A longer list begins with the shorter one.
  public func problems(_ split: ArithmeticSplit, count: Int) -> [Problem] {
    var stream = RandomStream(seed: seed, "arithmetic", split.rawValue)
    var questions: Set<String> = []
    var forms: Set<String> = []
    return (0..<count).map { index in
      let level = index % difficulty.levelCount + 1
      var attempt = 0
      while true {
        attempt += 1
        let drawn = draw(split, level: level, &stream)
        // Rephrasings of one problem are dependent; they are admitted only once new ones have become rare.
        let isFresh = !forms.contains(drawn.canonicalForm) || attempt > 50
        guard isFresh, questions.insert(drawn.question).inserted, let text = drawn.solution.text else { continue }
        forms.insert(drawn.canonicalForm)
        let digits = String(index)
        let number = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return Problem(
          id: ProblemID("arithmetic/\(split.rawValue)/\(number)"), task: "arithmetic", question: drawn.question,
          reference: text, group: "Level \(level)")
      }
    }
  }

  /// One problem of `level` that belongs to `split`.
  package func draw(_ split: ArithmeticSplit, level: Int, _ stream: inout RandomStream) -> WordProblem {
    guard split != .outOfDistribution else {
      return .draw(from: WordProblem.heldOutFamilies, difficulty.scale(level: level, isHeldOut: true), &stream)
    }
    let scale = difficulty.scale(level: level, isHeldOut: false)
    while true {
      let drawn = WordProblem.draw(from: WordProblem.families, scale, &stream)
      if Self.split(ofCanonicalForm: drawn.canonicalForm) == split { return drawn }
    }
  }

  /// The one split that may use problems of `form`: pretraining 50 %, train 20 %, validation 5 %, test 25 % of the forms.
  package static func split(ofCanonicalForm form: String) -> ArithmeticSplit {
    // FNV-1a; its high half is the better mixed one.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in form.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    switch (hash ^ hash >> 32) % 100 {
    case ..<50: return .pretraining
    case ..<70: return .train
    case ..<75: return .validation
    default: return .test
    }
  }
}
