import Core
import Foundation
import Randomness
import Tasks
import Testing

@Suite struct NumericVerifierTests {
  struct Row: Decodable, Sendable, CustomTestStringConvertible {
    let reference: String
    let completion: String
    let expected: Verdict.Outcome
    let extracted: String?
    let strict: Verdict.Outcome?
    let why: String

    var testDescription: String { why }
  }

  static let corpus: [Row] = {
    guard let file = Bundle.module.url(forResource: "Fixtures/numeric-answers", withExtension: "jsonl"),
      let rows = try? JSONLines.read(Row.self, from: file)  // An empty corpus fails a test below.
    else { return [] }
    return rows.map(\.row)
  }()

  @Test(arguments: corpus)
  func judgesAsTheCorpusSays(row: Row) {
    let verdict = NumericVerifier().verdict(completion: row.completion, reference: row.reference)
    #expect(verdict.outcome == row.expected, "\(row.reference) | \(row.completion)")
    #expect(verdict.extracted == row.extracted)
    if let strict = row.strict { #expect(verdict.strict == strict, "\(row.completion)") }
    #expect((verdict.reason == nil) == (verdict.extracted != nil))
  }

  @Test func theCorpusHoldsEnoughThatMustBeRefused() {
    #expect(Self.corpus.count >= 60)
    #expect(Self.corpus.count { $0.expected != .correct } * 3 >= Self.corpus.count)
    #expect(Set(Self.corpus.map(\.why)).count >= Self.corpus.count - 2)
  }

  /// Whatever a model writes, a verdict comes: 30,000 texts of the signs that the scanner looks at, in any order.
  @Test func anyTextIsJudged() {
    let signs = [
      "7", "12", "0", ".", ",", "/", "-", " ", "x", "e", "pens", "$", "€", "%", ":", "^", "#### ", "=", "<<", ">>",
      "\n",
      "the answer is ", "A: ", "\\boxed{", "}", "not ", "million", "_", "é", "(", ")", "or ", "1,000",
    ]
    var stream = RandomStream(seed: 1, "texts")
    var outcomes: Set<Verdict.Outcome> = []
    for _ in 0..<30_000 {
      let text = (0..<1 + stream.index(below: 12)).map { _ in signs[stream.index(below: signs.count)] }.joined()
      outcomes.insert(NumericVerifier().verdict(completion: text, reference: "#### 12").outcome)
    }
    #expect(outcomes == [.correct, .incorrect, .unparsed])
  }

  @Test func equalNumbersHaveOneNormalForm() {
    for text in ["#### 0.5", "#### 1/2", "#### .50", "#### 2/4", "A: 0.5", "\\boxed{\\frac{1}{2}}"] {
      #expect(NumericVerifier().verdict(completion: text, reference: "0.5").extracted == "0.5", "\(text)")
    }
  }

  struct ModelOutput: Decodable {
    let groundTruth: String
    let solution: String
    let isCorrect: Bool

    private enum CodingKeys: String, CodingKey {
      case groundTruth = "ground_truth"
      case solution
      case isCorrect = "is_correct"
    }
  }

  /// Verdicts on real model outputs equal those of the data set's authors, row for row.
  @Test(.enabled(if: SharedData.contains("data/model_outputs/gsm8k_gpt3_6b.jsonl")))
  func agreesWithTheAuthorsOfGSM8KOnRealOutputs() throws {
    let rows = try JSONLines.read(ModelOutput.self, from: SharedData.file("data/model_outputs/gsm8k_gpt3_6b.jsonl"))
    #expect(rows.count == 2_638)
    let disagreements = rows.filter { _, row in
      NumericVerifier().verdict(completion: row.solution, reference: row.groundTruth).isCorrect != row.isCorrect
    }
    #expect(disagreements.map(\.line) == [])
  }

  @Test(.enabled(if: SharedData.contains("data/gsm8k/train.jsonl")), arguments: ["train", "test"])
  func everyGoldAnswerVerifiesAgainstItself(split: String) throws {
    let problems = try GSM8KTask().loadProblems(from: SharedData.file("data/gsm8k/\(split).jsonl"), limit: nil)
    #expect(problems.count == (split == "train" ? 7_473 : 1_319))
    let task = GSM8KTask()
    let failures = problems.filter { problem in
      let verdict = NumericVerifier().verdict(
        completion: task.goldCompletion(for: problem), reference: problem.reference)
      // The answers of GSM8K are integers: the normal form is the text after the marker without its separators.
      let bare = problem.reference.split(separator: "#### ").last.map { $0.filter { $0 != "," } }
      return !verdict.isCorrect || verdict.extracted != bare
    }
    #expect(failures.map(\.id) == [])
  }
}
