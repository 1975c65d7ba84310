import Core
import Iteration
import Testing

@Suite struct TrainingSetBuilderTests {
  /// Answers as `+text` (correct), `-text` (incorrect), `?text` (unparsed), `~text` (timeout), `!text` (verifier error),
  /// `<text` (incorrect, cut off), `>text` (correct, cut off).
  static func answers(_ specification: String) -> [JudgedCompletion] {
    specification.split(separator: " ").enumerated().map { index, item in
      let outcome: Verdict.Outcome =
        switch item.first {
        case "+", ">": .correct
        case "?": .unparsed
        case "~": .timeout
        case "!": .error
        default: .incorrect
        }
      let completion = Completion(
        problemID: "q", sampleIndex: index, decoding: .sampled, text: String(item.dropFirst()), tokenIDs: [index],
        finishReason: "<>".contains(item.first ?? " ") ? .length : .stop)
      return JudgedCompletion(completion: completion, verdict: Verdict(outcome))
    }
  }

  static let prompt = Prompt(problemID: "q", text: "Q")

  static func builder(_ cap: Int?, _ pairs: Int?, deduplicate: Bool, seed: UInt64 = 3) -> TrainingSetBuilder {
    TrainingSetBuilder(
      selection: RunConfiguration.Selection(
        maxCorrectPerQuestion: cap, maxPairsPerQuestion: pairs, deduplicate: deduplicate), seed: seed)
  }

  @Test(
    arguments: [
      ("", nil, true, [], 0),
      ("-a ?b ~c !d <e", nil, true, [], 0),
      ("+a -b +c", nil, true, ["a", "c"], 2),
      ("+a +a +b", nil, true, ["a", "b"], 2),
      ("+a +a +b", nil, false, ["a", "b"], 3),
      (">a <b", nil, true, ["a"], 1),
      ("+a +b +c +d", 2, true, ["a", "b", "c", "d"], 2),
      ("+a +a +a +a", 2, false, ["a"], 2),
    ] as [(String, Int?, Bool, Set<String>, Int)])
  func supervisedRowsAreCorrectAnswers(
    specification: String, cap: Int?, deduplicate: Bool, allowed: Set<String>, count: Int
  ) {
    let rows = Self.builder(cap, nil, deduplicate: deduplicate).supervisedRows(
      prompt: Self.prompt, answers: Self.answers(specification))
    #expect(rows.count == count)
    #expect(Set(rows.map(\.completion.text)).isSubset(of: allowed))
    if cap == nil { #expect(Set(rows.map(\.completion.text)) == allowed) }
    #expect(rows.allSatisfy { $0.prompt == "Q" && $0.completion.tokenIDs != nil })
  }

  @Test(
    arguments: [
      ("+a +b", nil, true, 0),
      ("-a -b ?c", nil, true, 0),
      ("+a !b", nil, true, 0),
      ("+a -x", nil, true, 1),
      ("+a ~x", nil, true, 1),
      ("+a ~a", nil, true, 0),
      ("+a +b -x -y -z", nil, true, 6),
      ("+a +b -x -y -z", 4, true, 4),
      ("+a +a -x -x", nil, true, 1),
      ("+a +a -x -x", nil, false, 4),
      ("+a +b -x ?y <z ~w", 100, true, 8),
      ("+a +b +c +d -w -x -y -z", nil, true, 16),
    ] as [(String, Int?, Bool, Int)])
  func pairsAreACorrectAndAnIncorrectAnswer(specification: String, cap: Int?, deduplicate: Bool, count: Int) {
    let answers = Self.answers(specification)
    let rows = Self.builder(nil, cap, deduplicate: deduplicate).preferenceRows(prompt: Self.prompt, answers: answers)
    #expect(rows.count == count)
    let correct = Set(answers.filter(\.isCorrect).map(\.completion.text))
    #expect(rows.allSatisfy { correct.contains($0.chosen.text) && !correct.contains($0.rejected.text) })
    #expect(Set(rows).count == count, "a pair came twice")
  }

  @Test func pairsUseTheAnswersEqually() {
    let rows = Self.builder(nil, 5, deduplicate: true).preferenceRows(
      prompt: Self.prompt, answers: Self.answers("+a +b -v -w -x -y -z"))
    #expect(Set(rows.map(\.rejected.text)).count == 5)
    #expect(Dictionary(grouping: rows, by: \.chosen.text).values.map(\.count).sorted() == [2, 3])
  }

  @Test func theFirstOfEqualTextsGivesTheTokens() {
    let rows = Self.builder(nil, nil, deduplicate: true).supervisedRows(
      prompt: Self.prompt, answers: Self.answers("-x +a +a"))
    #expect(rows.map(\.completion.tokenIDs) == [[1]])
  }

  @Test func theSeedDecidesTheChoiceAndTheOrder() {
    let answers = Self.answers((0..<50).map { "+\($0)" }.joined(separator: " "))
    func rows(_ seed: UInt64) -> [SupervisedRow] {
      let builder = Self.builder(10, nil, deduplicate: true, seed: seed)
      return builder.shuffled(builder.supervisedRows(prompt: Self.prompt, answers: answers))
    }
    #expect(rows(1) == rows(1))
    #expect(Set(rows(1)) != Set(rows(2)))
    let builder = Self.builder(nil, nil, deduplicate: true)
    let order = builder.shuffled(Array(0..<50))
    #expect(order != Array(0..<50))
    #expect(order.sorted() == Array(0..<50))
  }
}
