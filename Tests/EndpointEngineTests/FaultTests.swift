import Core
import EndpointEngine
import Foundation
import Synchronization
import TestServer
import Testing

/// The sampler against servers that fail, refuse, or are gone.
@Suite struct FaultTests {
  @Test func inAStormOfRefusalsNothingIsLostAndNothingAskedTwice() async throws {
    let fake = try FakeInferenceServer()
    fake.change {
      $0.capacity = 3
      $0.wait = .milliseconds(2)
    }
    let sampler = try EndpointSampler(
      Asking.settings(fake) { $0.concurrency = .init(initial: 16, max: 32) }, environment: [:],
      clock: VirtualClock().clock)
    let answers = try await Asking.draw(sampler, Asking.requests(200, samples: 2))
    #expect(answers.count == 400)
    #expect(fake.answered.count == 400 && fake.answered.values.allSatisfy { $0 == 1 })
    // Sixteen at a time would be refused some five times an answer.
    #expect(fake.requests < 2 * 200, "\(fake.requests) requests for 200 answers")
  }

  @Test func theServerIsLeftAloneAsLongAsItAsksFor() async throws {
    let fake = try FakeInferenceServer()
    fake.change { $0.fault = { $0 == 0 ? .status(429, retryAfter: "120") : nil } }
    let clock = VirtualClock()
    let sampler = try EndpointSampler(
      Asking.settings(fake) { $0.concurrency = .init(initial: 1, max: 1) }, environment: [:], clock: clock.clock)
    #expect(try await Asking.draw(sampler, Asking.requests(3)).count == 3)
    #expect(clock.sleeps.max() == .seconds(120))
  }

  @Test(arguments: [
    (401, "wants a key (401: no); name where it is by key_env or key_file"),
    (403, "wants a key (403: no); name where it is by key_env or key_file"),
    (404, "has no /completions for this model (404: no); correct the address"),
    (422, "refuses the request for 'q0' (422: no); change what it refuses"),
    (400, "refuses the request for 'q0' (400: no); change what it refuses"),
    (302, "leads elsewhere (302); give the address it leads to"),
  ])
  func aLastingRefusalIsOneLineAtOnce(status: Int, message: String) async throws {
    let fake = try FakeInferenceServer()
    fake.change { $0.fault = { _ in .status(status, body: #"{"error":{"message":"no"}}"#) } }
    let clock = VirtualClock()
    let sampler = try EndpointSampler(
      Asking.settings(fake) {
        $0.api = .completions
        $0.concurrency = .init(initial: 1, max: 1)
      }, environment: [:], clock: clock.clock)
    let line = await Asking.failure(sampler, Asking.requests(50))
    #expect(line.hasPrefix("\(fake.url): \(message)") && !line.contains("\n"), "\(line)")
    #expect(clock.sleeps.isEmpty, "there is nothing to wait for")
    #expect(fake.requests <= 5, "at most once for each thing it might not understand")
  }

  @Test(arguments: [
    ("<html>", "its answer is no JSON of a completion"), ("{}", "its answer is no JSON of a completion"),
    (#"{"choices":[{"index":0}]}"#, "its answer holds a choice without a text"),
    (#"{"choices":[{"index":7,"text":"a"}]}"#, "its answer numbers its choices wrongly"),
    (#"{"choices":[{"text":"a"},{"text":"b"}]}"#, "its answer holds 2 choices where 1 were asked for"),
    (#"{"choices":[{"text":"a","token_ids":[-4]}]}"#, "its answer holds a token id out of range"),
    (#"{"choices":[{"text":"a"}],"usage":{"prompt_tokens":-1}}"#, "its answer counts -1 tokens"),
    (#"{"choices":[{"text":"a","finish_reason":"abort"}]}"#, "its answer was given up by the server"),
    (#"{"choices":[{"text":5}]}"#, "its answer is no JSON of a completion"),
    (String(repeating: "[", count: 100_000), "its answer is no JSON of a completion"),
    (String(repeating: " ", count: 3 << 20), "its answer has more than"),
  ])
  func nonsenseIsTriedAgainAndThenOneLine(body: String, message: String) async throws {
    let fake = try FakeInferenceServer()
    fake.change { $0.fault = { _ in .body(body) } }
    let clock = VirtualClock()
    let sampler = try EndpointSampler(
      Asking.settings(fake) { $0.retries = 3 }, environment: [:], clock: clock.clock)
    let line = await Asking.failure(sampler, Asking.requests(1))
    #expect(line.contains(message) && line.contains("4 times") && !line.contains("\n"), "\(line)")
    #expect(fake.requests == 4 && clock.sleeps.count == 3)
  }

  @Test func silenceEndsAtTheDeadlineAndSlowAnswersCountWhole() async throws {
    let fake = try FakeInferenceServer()
    fake.change { $0.fault = { $0 == 0 ? .silence : $0 == 1 ? .slow(.seconds(5)) : nil } }
    let sampler = try EndpointSampler(
      Asking.settings(fake) {
        $0.timeoutS = 1
        $0.concurrency = .init(initial: 1, max: 1)
      }, environment: [:], clock: VirtualClock().clock)
    #expect(try await Asking.draw(sampler, Asking.requests(1)).count == 1)
    // A busy machine may let a third one run into its deadline.
    #expect(fake.requests >= 3, "the body has the same deadline as the head")
  }

  @Test func aServerThatIsGoneIsOneLine() async throws {
    var settings: EndpointSettings
    do {
      let fake = try FakeInferenceServer()
      settings = Asking.settings(fake) { $0.retries = 2 }
    }
    // A port that nobody listens on.
    settings.url = "http://127.0.0.1:1/v1"
    let line = await Asking.failure(
      try EndpointSampler(settings, environment: [:], clock: VirtualClock().clock), Asking.requests(2))
    #expect(line.hasPrefix("http://127.0.0.1:1/v1: the connection failed: Connection refused"), "\(line)")
    #expect(line.contains("3 times") && !line.contains("\n"), "\(line)")
  }

  @Test func whatIsUnderWayComesInWhenAnotherRequestFails() async throws {
    let fake = try FakeInferenceServer()
    fake.change {
      $0.wait = .milliseconds(50)
      $0.fault = { $0 == 6 ? .status(403) : nil }
    }
    let received = Mutex<[ProblemID]>([])
    let sampler = try EndpointSampler(
      Asking.settings(fake) { $0.concurrency = .init(initial: 8, max: 8) }, environment: [:])
    await #expect(throws: EndpointError.self) {
      _ = try await Asking.draw(sampler, Asking.requests(100)) { some in
        received.withLock { $0 += some.completions.map(\.problemID) }
      }
    }
    #expect(received.withLock { $0.count } == fake.answered.count, "what was answered was handed over")
    #expect(fake.requests < 30, "and nothing more was asked")
  }

  @Test func theBudgetIsNeverExceededAndHoldsOverProcesses() async throws {
    let fake = try FakeInferenceServer()
    let requests = Asking.requests(60, samples: 2)
    func draw(spent: TokenUsage, tokens: Int) async throws -> (line: String, answers: Int, usage: TokenUsage) {
      let sampler = try EndpointSampler(
        Asking.settings(fake) { $0.budget = .init(tokens: tokens) }, spent: spent, environment: [:])
      let sum = Mutex((answers: 0, usage: TokenUsage()))
      var line = ""
      do {
        _ = try await Asking.draw(sampler, requests) { some in
          sum.withLock {
            $0.answers += some.completions.count
            $0.usage = $0.usage + (some.usage ?? TokenUsage())
          }
        }
      } catch { line = "\(error)" }
      return sum.withLock { (line, $0.answers, $0.usage) }
    }
    let first = try await draw(spent: TokenUsage(), tokens: 700)
    #expect(first.usage.total <= 700 && first.answers > 40, "\(first)")
    #expect(first.line.hasPrefix("\(fake.url): the budget does not cover another request"), "\(first.line)")
    #expect(first.line.contains("\(first.usage.total) of 700 tokens") && first.line.contains("--budget-tokens"))
    let asked = fake.requests
    let second = try await draw(spent: first.usage, tokens: 700)
    #expect(second.answers == 0 && fake.requests == asked, "what is used up stays used up")
    #expect(try await draw(spent: first.usage, tokens: 5_000).answers == 120)
  }

  @Test func aBudgetNeedsAServerThatCounts() async throws {
    let fake = try FakeInferenceServer()
    fake.change { $0.givesUsage = false }
    let sampler = try EndpointSampler(
      Asking.settings(fake) {
        $0.budget = .init(dollars: 1)
        $0.price = .init(promptPerMillion: 1, completionPerMillion: 2)
      }, environment: [:])
    #expect(await Asking.failure(sampler, Asking.requests(5)).contains("counts no tokens"))
  }
}
