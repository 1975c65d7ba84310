import Core
import Foundation
import RunStore
import Testing

@Suite struct StoredAnswersTests {
  static let greedy = StageKey(1, .evaluateTest)
  static let sampled = StageKey(1, .sampleTest)

  @Test(arguments: [
    TemporaryRun.answer("a"),
    TemporaryRun.answer("a", text: "", tokenIDs: []),
    TemporaryRun.answer("a", text: "before\u{0}after\n#### 1", extracted: "\u{0}"),
    TemporaryRun.answer("a", text: "日本語 👍🏽 ﬁ", tokenIDs: [0, 127, 128, 16_383, 16_384, .max], extracted: nil),
    TemporaryRun.answer("a", tokenIDs: nil, outcome: .error),
    JudgedCompletion(
      completion: Completion(problemID: "a", sampleIndex: 5, decoding: .sampled, text: "bare"),
      verdict: Verdict(.unparsed)),
  ])
  func anAnswerComesBackAsItWent(answer: JudgedCompletion) throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    try store.append([answer], split: .test, to: Self.greedy, done: 2, total: 2)
    #expect(try store.judgedCompletions(.test, iteration: 1, decoding: answer.completion.decoding) == [answer])
    #expect(try store.judgedCompletions(.train, iteration: 1, decoding: answer.completion.decoding).isEmpty)
    #expect(try store.stage(Self.greedy).isFinished)
  }

  @Test func answersComeByProblemAndThenByIndex() throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    let answers = [("a", 1), ("b", 1), ("a", 0), ("b", 0), ("b", 2)].map {
      TemporaryRun.answer(ProblemID($0.0), $0.1, .sampled)
    }
    try store.append(answers, split: .test, to: Self.sampled, done: 2, total: 2)
    func names(_ found: [JudgedCompletion]) -> [String] {
      found.map { "\($0.completion.problemID)\($0.completion.sampleIndex)" }
    }
    #expect(
      try names(store.judgedCompletions(.test, iteration: 1, decoding: .sampled)) == ["b0", "b1", "b2", "a0", "a1"])
    #expect(
      try names(store.judgedCompletions(.test, iteration: 1, decoding: .sampled, samples: 0..<2))
        == ["b0", "b1", "a0", "a1"])
  }

  @Test func aTransactionThatFailsLeavesNothing() throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    let answers = [TemporaryRun.answer("a"), TemporaryRun.answer("unknown")]
    #expect(throws: RunError.self) {
      try store.append(answers, split: .test, to: Self.greedy, done: 2, total: 2)
    }
    try store.append([answers[0]], split: .test, to: Self.greedy, done: 1, total: 2)
    // The same sample twice would count twice.
    #expect(throws: RunError.self) {
      try store.append([answers[0]], split: .test, to: Self.greedy, done: 2, total: 2)
    }
    #expect(try store.judgedCompletions(.test, iteration: 1, decoding: .greedy).count == 1)
    #expect(try store.stage(Self.greedy).done == 1)
  }

  @Test func accuracyIsKnownOnceAllAnswersAreIn() throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    try store.append([TemporaryRun.answer("a")], split: .test, to: Self.greedy, done: 1, total: 2)
    #expect(try store.greedyAccuracy(.test).isEmpty)
    try store.append([TemporaryRun.answer("b", outcome: .unparsed)], split: .test, to: Self.greedy, done: 2, total: 2)
    let accuracy = try store.greedyAccuracy(.test)
    #expect(accuracy.map { [$0.iteration, $0.correct, $0.count] } == [[1, 1, 2]])
  }

  @Test func aCaseStudyShowsEveryIteration() throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    let greedy = TemporaryRun.answer("a")
    let samples = (0..<3).map { TemporaryRun.answer("a", $0, .sampled, text: "sample \($0)") }
    try store.append([greedy], split: .test, to: Self.greedy, done: 1, total: 2)
    try store.append(samples, split: .test, to: Self.sampled, done: 1, total: 2)
    let study = try #require(try store.caseStudy("a", samples: 2))
    #expect(study.problem == TemporaryRun.problems[1].problem)
    #expect(
      study.iterations == [CaseStudy.Iteration(iteration: 1, greedy: greedy, samples: Array(samples.prefix(2)))])
    #expect(try store.caseStudy("nobody", samples: 2) == nil)
  }

  @Test(arguments: [
    TrainingSet.supervised([
      SupervisedRow(problemID: "a", prompt: "Q train", completion: TrainingText(text: "x\u{0}y", tokenIDs: [5, 300])),
      SupervisedRow(problemID: "a", prompt: "Q train", completion: TrainingText(text: "gold")),
    ]),
    .preference([
      PreferenceRow(
        problemID: "a", prompt: "Q train", chosen: TrainingText(text: "good", tokenIDs: [1]),
        rejected: TrainingText(text: "", tokenIDs: [2]))
    ]),
  ])
  func aTrainingSetComesBackAsItWent(rows: TrainingSet) throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    #expect(try store.trainingSet(1) == nil)
    try store.recordTrainingSet(rows, iteration: 1)
    #expect(try store.trainingSet(1) == rows)
    #expect(try store.stage(StageKey(1, .select)).done == rows.count)
    #expect(try store.metrics()[1] == ["training_rows": Double(rows.count), "training_questions": 1])
  }

  @Test func trainingLeavesItsFigures() throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    try store.recordTraining(
      TrainingSummary(steps: 4, tokens: 90, initialLoss: 2.5, finalLoss: nil), iteration: 1,
      content: FolderContent(files: [:]), from: CheckpointOrigin(start: 0, reference: nil, training: nil))
    #expect(
      try store.metrics()[1] == ["training_steps": 4, "training_tokens": 90, "initial_loss": 2.5])
    let record = try store.stage(StageKey(1, .train))
    #expect(record.finishedAt == Date(timeIntervalSince1970: 1_700_000_001))
    #expect(throws: RunError.self) { try store.stage(StageKey(9, .train)) }
  }
}
