import Core
import Tasks
import Testing

@Suite struct PretrainingCorpusTests {
  private let corpus = PretrainingCorpus(seed: 5, documentCount: 4_000)

  private func documents(_ range: Range<Int>) -> [PretrainingDocument] { range.map { corpus.document($0) } }

  @Test func aDocumentDependsOnSeedAndIndexOnly() {
    let backwards = (0..<50).reversed().map { corpus.document($0) }
    #expect(documents(0..<50) == backwards.reversed())
    #expect(corpus.document(3) != PretrainingCorpus(seed: 6, documentCount: 4_000).document(3))
    // Beyond the curriculum the documents go on.
    #expect(corpus.document(1_000_000) != corpus.document(1_000_001))
  }

  @Test func piecesCanBeTokenisedApart() {
    for document in documents(0..<2_000) + documents(3_000..<4_000) {
      let whole = preTokens(document.text)
      let apart = document.pieces.flatMap { preTokens($0.text) }
      if apart != whole || whole.count > 200 { Issue.record("\(document)") }
    }
    // The check can fail: here a piece ends within a word.
    #expect(preTokens("Amy has") != preTokens("Amy ha") + preTokens("s"))
  }

  /// Questions, names and drawn operands are masked; solutions and results are trained.
  @Test func theMaskLeavesOutWhatCannotBePredicted() throws {
    var questionCount = 0
    for index in 0..<1_000 {
      let document = corpus.document(index)
      let trained = document.pieces.filter(\.isTrained).map(\.text).joined()
      if let problem = corpus.wordProblem(index) {
        questionCount += 1
        #expect(document.pieces.count == 2)
        let first = try #require(document.pieces.first)
        #expect(first == .init(text: ArithmeticTask().prompt(for: problem.question), isTrained: false))
        #expect(trained.hasPrefix(" ") && trained.contains("\n#### "))
      } else if document.text.hasPrefix("Story:") {
        #expect(!["Amy", "Ben", "Zoe", "Tom"].contains { trained.contains($0) })
      } else {
        // An equation's operands and sign are masked.
        #expect(trained.allSatisfy { $0.isNumber || $0 == ">" }, "\(trained)")
      }
    }
    #expect(questionCount > 200)
  }

  /// Some solutions hold a mistake, and every mistake leads to a wrong answer of the right form.
  @Test func aShareOfTheSolutionsIsCorrupted() throws {
    var wrong = 0
    var all = 0
    for index in 0..<4_000 {
      guard let problem = corpus.wordProblem(index), let gold = problem.solution.text else { continue }
      all += 1
      let completion = try #require(corpus.document(index).pieces.last?.text)
      let verdict = NumericVerifier().verdict(completion: completion, reference: gold)
      if verdict.isCorrect {
        #expect(completion == " " + gold)
      } else {
        #expect(verdict.outcome == .incorrect, "\(completion)")
        // One mistake, carried on: the steps are as many, and the answer is what the last one found.
        #expect(completion.split(separator: "<<").count == gold.split(separator: "<<").count)
        let stated = completion.split(separator: ">>").last?.prefix(while: \.isNumber) ?? ""
        #expect(completion.hasSuffix("\n#### \(stated)"))
        wrong += 1
      }
    }
    #expect((0.14...0.23).contains(Double(wrong) / Double(all)), "\(wrong) of \(all)")
  }

  @Test func theCurriculumLeansToLongerQuestions() {
    func levels(_ range: Range<Int>) -> [Int] {
      range.compactMap { corpus.wordProblem($0)?.solution.text.map { $0.split(separator: "<<").count - 1 } }
    }
    let (early, late) = (levels(0..<800), levels(3_200..<4_000))
    #expect(late.count > early.count * 2)
    #expect(early.count { $0 >= 4 } * 5 < early.count)
    #expect(late.count { $0 >= 4 } * 4 > late.count)
  }

  /// Every token of a question or gold solution of any split has been trained on or read in pretraining.
  @Test(arguments: ArithmeticSplit.allCases)
  func everyWordOfEverySplitOccursInPretraining(split: ArithmeticSplit) {
    let known = Set(documents(0..<2_000).flatMap { preTokens($0.text) })
    let task = ArithmeticTask()
    let needed = Set(
      ArithmeticGenerator(seed: 9).problems(split, count: 500).flatMap {
        preTokens(task.prompt(for: $0.question)) + preTokens(task.goldCompletion(for: $0))
      })
    #expect(needed.subtracting(known) == [])
    #expect((150...320).contains(known.count))
  }
}
