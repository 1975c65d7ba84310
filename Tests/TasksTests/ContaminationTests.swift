import Core
import Randomness
import Tasks
import Testing

@Suite struct ContaminationTests {
  static let corpusSeeds: [UInt64] = [0, 1]
  static let problemSeeds: [UInt64] = [0, 1, 2, 77]
  private static let documentCount = 15_000

  private func corpus(_ seed: UInt64) -> PretrainingCorpus {
    PretrainingCorpus(seed: seed, documentCount: Self.documentCount)
  }

  private func texts(_ seed: UInt64) -> [String] {
    let corpus = corpus(seed)
    return (0..<Self.documentCount).map { corpus.document($0).text }
  }

  private func questions(_ split: ArithmeticSplit, _ count: Int) -> [String] {
    Self.problemSeeds.flatMap { ArithmeticGenerator(seed: $0).problems(split, count: count).map(\.question) }
  }

  @Test(arguments: corpusSeeds)
  func noQuestionOccursInPretraining(seed: UInt64) {
    let texts = texts(seed)
    for split in [ArithmeticSplit.train, .validation, .test, .outOfDistribution] {
      #expect(Overlap.exact(questions(split, 500), in: texts) == [], "\(split)")
    }
  }

  @Test func noTestQuestionOccursInTrainingData() {
    let train = questions(.train, 1_000) + questions(.validation, 300)
    #expect(Overlap.exact(questions(.test, 1_000), in: train) == [])
    #expect(Overlap.exact(questions(.outOfDistribution, 500), in: train) == [])
  }

  /// Canonical forms are what makes two texts the same problem: every draw's form belongs to the split it is drawn for,
  /// so no two splits share one, with whatever seeds and however many problems.
  @Test func everyDrawBelongsToItsSplit() {
    for split in ArithmeticSplit.allCases where split != .outOfDistribution {
      for seed in Self.problemSeeds {
        var stream = RandomStream(seed: seed, "draws")
        let generator = ArithmeticGenerator(seed: seed)
        let forms = (0..<500).map { generator.draw(split, level: $0 % 5 + 1, &stream).canonicalForm }
        #expect(forms.allSatisfy { ArithmeticGenerator.split(ofCanonicalForm: $0) == split })
      }
    }
    let asked = Self.corpusSeeds.flatMap { seed in
      (0..<Self.documentCount).compactMap { corpus(seed).wordProblem($0) }
    }
    #expect(asked.count > Self.documentCount / 2)
    #expect(asked.allSatisfy { ArithmeticGenerator.split(ofCanonicalForm: $0.canonicalForm) == .pretraining })
  }

  /// A form is all that decides the answer: were it coarser, unlike problems would share one; the parts are as large as
  /// they are said to be.
  @Test func aFormHasOneAnswer() {
    var answers: [String: Int?] = [:]
    var parts: [ArithmeticSplit: Int] = [:]
    let corpus = corpus(0)
    for problem in (0..<Self.documentCount).compactMap({ corpus.wordProblem($0) }) {
      let answer = problem.solution.answer
      if let other = answers.updateValue(answer, forKey: problem.canonicalForm), other != answer {
        Issue.record("\(problem.canonicalForm) has two answers")
      }
    }
    for number in 0..<10_000 { parts[ArithmeticGenerator.split(ofCanonicalForm: "chain \(number)+7"), default: 0] += 1 }
    #expect(abs(parts[.pretraining, default: 0] - 5_000) < 200)
    #expect(abs(parts[.train, default: 0] - 2_000) < 200)
    #expect(abs(parts[.validation, default: 0] - 500) < 100)
    #expect(abs(parts[.test, default: 0] - 2_500) < 200)
  }

  /// The out-of-distribution templates: no question occurs anywhere else, names, things and numbers aside. Its parts do:
  /// each joins sentences of two families that no other split joins.
  @Test func outOfDistributionTemplatesOccurNowhereElse() {
    let heldOut = questions(.outOfDistribution, 250)
    let others = texts(0) + questions(.train, 500) + questions(.test, 500)
    #expect(Overlap.exact(heldOut, in: others, abstracted: true) == [])
  }

  /// The checks above find what there is to find.
  @Test func theChecksCanFail() throws {
    let test = questions(.test, 100)
    let leaked = try #require(test.last)
    let clean = questions(.train, 100)
    #expect(Overlap.exact(test, in: clean) == [])
    #expect(Overlap.exact(test, in: clean + ["Question: \(leaked)\nAnswer: 1"]) == [leaked])

    let heldOut = questions(.outOfDistribution, 20)
    let disguised = try #require(heldOut.last).replacing("Amy", with: "Ben").replacing("pens", with: "cups")
      .replacing(/\d+/, with: "5")
    #expect(Overlap.exact(heldOut, in: [disguised], abstracted: true).count == 1)
    #expect(Overlap.exact(heldOut, in: [disguised]) == [])

    // Within one split two seeds do share forms: the hash, not luck, keeps the splits apart.
    let forms = [UInt64(0), 1].map { seed in
      var stream = RandomStream(seed: seed)
      let generator = ArithmeticGenerator(seed: seed)
      return Set((0..<500).map { _ in generator.draw(.test, level: 1, &stream).canonicalForm })
    }
    #expect(!forms[0].isDisjoint(with: forms[1]))
  }
}
