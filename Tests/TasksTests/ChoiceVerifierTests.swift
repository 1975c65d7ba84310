import Core
import Foundation
import Randomness
import Tasks
import Testing

@Suite struct ChoiceVerifierTests {
  struct Row: Decodable, Sendable, CustomTestStringConvertible {
    let reference: String
    let completion: String
    let choices: [String]?
    let expected: Verdict.Outcome
    let extracted: String?
    let why: String

    var testDescription: String { why }
  }

  static let corpus: [Row] = {
    guard let file = Bundle.module.url(forResource: "Fixtures/choice-answers", withExtension: "jsonl"),
      let rows = try? JSONLines.read(Row.self, from: file)  // An empty corpus fails a test below.
    else { return [] }
    return rows.map(\.row)
  }()

  private static let choices = ["kitchen", "garden", "tool shed", "roof", "shed"]

  private static func problem(_ reference: String, _ choices: [String] = choices) -> Problem {
    Problem(
      id: "p", task: "csqa", question: "Where is a rake kept?", reference: reference,
      material: Problem.Material(choices: Problem.Material.labelled(choices)))
  }

  @Test(arguments: corpus)
  func judgesAsTheCorpusSays(row: Row) async {
    let problem = Self.problem(row.reference, row.choices ?? Self.choices)
    let explanation = await ChoiceVerifier().explain(completion: row.completion, problem: problem)
    let verdict = explanation.verdict
    #expect(verdict.outcome == row.expected, "\(row.completion) | \(explanation)")
    #expect(verdict.extracted == row.extracted)
    #expect((verdict.reason == nil) == (verdict.extracted != nil))
    #expect(await ChoiceVerifier().judge(completion: row.completion, problem: problem) == verdict)
  }

  @Test func theCorpusHoldsEnoughThatMustBeRefused() {
    #expect(Self.corpus.count >= 100)
    #expect(Self.corpus.count { $0.expected != .correct } * 3 >= Self.corpus.count)
    #expect(Set(Self.corpus.map(\.why)).count == Self.corpus.count)
  }

  @Test func lettersAreReadWithoutChoices() async {
    let problem = Problem(id: "p", task: "csqa", question: "", reference: "B")
    #expect(await ChoiceVerifier().judge(completion: "The answer is (B).", problem: problem).isCorrect)
    #expect(await ChoiceVerifier().judge(completion: "E", problem: problem).outcome == .incorrect)
    #expect(await ChoiceVerifier().judge(completion: "library", problem: problem).outcome == .unparsed)
  }

  /// Renaming the letters changes no verdict: nothing hangs on a letter but A, which may be an article.
  @Test func everyLetterIsReadAlike() async {
    let forms = [
      "#", "(#)", "The answer is #.", "#) it", "Option # is correct.", "I choose #", "Answer: #", "\\boxed{#}",
    ]
    for form in forms {
      for letter in ["A", "B", "C", "D", "E"] {
        let completion = form.replacing("#", with: letter)
        let verdict = await ChoiceVerifier().judge(completion: completion, problem: Self.problem(letter))
        #expect(verdict.outcome == .correct, "\(completion)")
      }
    }
  }

  /// Whatever a model writes, a verdict comes, and an option that is named nowhere is never extracted.
  @Test func anyTextIsJudged() async {
    let signs = [
      "A", "B", "c", "(", ")", "the answer is ", "answer: ", "not ", "or ", "and ", " kitchen", " tool shed", ".", ",",
      "\n", "I choose ", " is correct", "because ", "\\boxed{", "}", "####", "none ", "'", "\"", "é", "option ", "**",
    ]
    var stream = RandomStream(seed: 1, "texts")
    var outcomes: Set<Verdict.Outcome> = []
    for _ in 0..<20_000 {
      let text = (0..<1 + stream.index(below: 10)).map { _ in signs[stream.index(below: signs.count)] }.joined()
      let verdict = await ChoiceVerifier().judge(completion: text, problem: Self.problem("C"))
      outcomes.insert(verdict.outcome)
      #expect(verdict.extracted != "D" && verdict.extracted != "E", "\(text)")
    }
    #expect(outcomes == [.correct, .incorrect, .unparsed])
  }

  @Test(.enabled(if: SharedData.contains("data/csqa/train.jsonl")), arguments: ["train", "dev"])
  func everyReferenceVerifiesAgainstItself(file: String) async throws {
    let task = CommonsenseQATask()
    let problems = try task.loadProblems(from: SharedData.file("data/csqa/\(file).jsonl"), split: nil)
    #expect(problems.count == (file == "train" ? 9_741 : 1_221))
    var failures: [String] = []
    for problem in problems {
      let text = problem.material.choices.first { $0.label == problem.reference }?.text ?? ""
      let forms =
        [task.goldCompletion(for: problem)]
        + (file == "train" ? [] : [problem.reference, text, "The answer is \(text).", "So (\(problem.reference))."])
      for form in forms where !(await ChoiceVerifier().judge(completion: form, problem: problem).isCorrect) {
        failures.append("\(problem.id): \(form)")
      }
    }
    #expect(failures == [])
  }
}
