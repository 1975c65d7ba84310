import Core
import Foundation
import Iteration
import RunStore
import Testing

/// Answers are kept as they come, and what is kept is neither asked for nor paid for again.
@Suite struct WaitingAnswerTests {
  @Test func aKilledCallLeavesItsAnswersAndWhatTheyCost() async throws {
    let workshop = try Workshop()
    let cost = TokenUsage(promptTokens: 7, completionTokens: 2)
    let whole = FakeEngine(usage: cost)
    _ = try await workshop.run("whole", workshop.configuration(.sft), engine: whole)
    let killed = FakeEngine(failingCall: 2, usage: cost)
    let store = try workshop.create("killed", workshop.configuration(.sft))
    await #expect(throws: Killed.self) {
      try await SelfImprovement(store: store, task: .fake, sampler: killed, trainer: killed).run()
    }
    // The second call is the greedy one on the 40 test questions.
    #expect(try store.waitingAnswers(.test, iteration: 1, decoding: .greedy).count == 20)
    #expect(try store.judgedCompletions(.test, iteration: 1, decoding: .greedy).isEmpty)
    #expect(try store.tokenUsage() == TokenUsage(promptTokens: 140, completionTokens: 40))
    let rest = FakeEngine(usage: cost)
    try await SelfImprovement(store: store, task: .fake, sampler: rest, trainer: rest).run()
    #expect(try store.waitingAnswers(.test, iteration: 1, decoding: .greedy).isEmpty)
    let count = whole.sampled.count
    #expect(killed.sampled.count + rest.sampled.count == count)
    #expect(try store.tokenUsage() == TokenUsage(promptTokens: 7 * count, completionTokens: 2 * count))
  }

  @Test func theEmbeddedEngineCostsNothing() async throws {
    let workshop = try Workshop()
    let engine = FakeEngine()
    let store = try workshop.create("run", workshop.configuration(.sft))
    try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
    #expect(try store.tokenUsage() == nil)
  }

  @Test func whatCannotBeKeptEndsTheCall() async throws {
    let workshop = try Workshop()
    let store = try workshop.create("run", workshop.configuration(.sft))
    let engine = FakeEngine()
    let loop = try SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine)
    try store.limitSize(pages: 40)
    let error = await #expect(throws: RunError.self) { try await loop.run() }
    #expect(error?.code == .storage)
  }
}
