import Core
import Foundation
import RunStore
import Testing

@Suite struct WaitingAnswersTests {
  private static let key = StageKey(1, .sampleTest)

  private func finished(_ problem: ProblemID, _ index: Int, _ text: String = "text") -> FinishedAnswers {
    FinishedAnswers(
      [TemporaryRun.answer(problem, index, .sampled, text: text).completion],
      usage: TokenUsage(promptTokens: 3, completionTokens: 1))
  }

  @Test func answersWaitInOrderUntilTheirVerdictsCome() async throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    try await store.keep([finished("a", 1), finished("b", 0)], split: .test, of: Self.key)
    try await store.keep([finished("a", 0, "nul \u{0} within"), finished("b", 0, "again")], split: .test, of: Self.key)
    let waiting = try store.waitingAnswers(.test, iteration: 1, decoding: .sampled)
    #expect(
      waiting.map { "\($0.problemID) \($0.sampleIndex) \($0.text)" } == [
        "b 0 text", "a 0 nul \u{0} within", "a 1 text",
      ])
    #expect(waiting[0] == finished("b", 0).completions[0], "nothing of an answer is lost")
    #expect(try store.waitingAnswers(.test, iteration: 1, decoding: .greedy).isEmpty)
    #expect(try store.waitingAnswers(.train, iteration: 1, decoding: .sampled).isEmpty)
    try store.append(
      [TemporaryRun.answer("b", 0, .sampled), TemporaryRun.answer("b", 1, .sampled)], split: .test, to: Self.key,
      done: 1, total: 2)
    #expect(try store.waitingAnswers(.test, iteration: 1, decoding: .sampled).map(\.problemID) == ["a", "a"])
    #expect(try store.tokenUsage() == TokenUsage(promptTokens: 12, completionTokens: 4))
    let status = try RunStatus(of: store)
    #expect(status.tokenUsage?.total == 16 && status.waitingAnswers == 2)
  }

  @Test func anAnswerToNoQuestionIsNotDroppedInSilence() async throws {
    let store = try TemporaryRun().create()
    await #expect(throws: RunError.self) { try await store.keep([finished("none", 0)], split: .test, of: Self.key) }
  }

  @Test func theyOutliveTheProcess() async throws {
    let temporary = try TemporaryRun()
    do {
      let store = try temporary.create()
      try await store.keep([finished("a", 5)], split: .test, of: Self.key)
    }
    let store = try RunStore.open(temporary.folder, for: .reading)
    #expect(try store.waitingAnswers(.test, iteration: 1, decoding: .sampled).count == 1)
    #expect(try store.tokenUsage()?.total == 4)
  }

  /// A page that is damaged without SQLite's noticing must not end the program.
  @Test(arguments: [
    "sample_index = NULL", "token_count = 'x'", "log_probability = 'x'", "token_ids = X'80'", "text = NULL",
  ])
  func aRowOfAnotherTypeIsOneLine(change: String) async throws {
    let temporary = try TemporaryRun()
    do {
      let store = try temporary.create()
      try await store.keep([finished("a", 0)], split: .test, of: Self.key)
    }
    try temporary.loosen("waiting")
    try temporary.execute("UPDATE waiting SET \(change)")
    let store = try RunStore.open(temporary.folder, for: .reading)
    let error = #expect(throws: RunError.self) {
      _ = try store.waitingAnswers(.test, iteration: 1, decoding: .sampled)
    }
    #expect(error?.code == .damaged)
  }

  @Test func aFullDiskIsOneLine() async throws {
    let temporary = try TemporaryRun()
    let store = try temporary.create()
    try store.limitSize(pages: 1)
    let long = finished("a", 0, String(repeating: "x", count: 1 << 20))
    let error = await #expect(throws: RunError.self) { try await store.keep([long], split: .test, of: Self.key) }
    #expect(error?.code == .storage)
    #expect(try store.waitingAnswers(.test, iteration: 1, decoding: .sampled).isEmpty)
    #expect(try store.tokenUsage() == nil, "what was not kept was not counted")
  }
}
