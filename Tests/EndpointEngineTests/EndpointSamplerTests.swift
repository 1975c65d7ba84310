import Core
import EndpointEngine
import Foundation
import Synchronization
import TestServer
import TestSupport
import Testing

/// The sampler against servers that answer, each in its way.
@Suite struct EndpointSamplerTests {
  struct Server: Sendable, CustomTestStringConvertible {
    let name: String
    var change: @Sendable (inout FakeInferenceServer.Behaviour) -> Void
    var api = EndpointSettings.API.auto
    var tokenIDs = true
    var logProbabilities = true
    var isReproducible = true
    var testDescription: String { name }
  }

  static let servers = [
    Server(name: "all there is", change: { _ in }),
    Server(name: "chat", change: { _ in }, api: .chat),
    Server(name: "chat only", change: { $0.hasCompletions = false }),
    Server(name: "ignores n", change: { $0.givesSeveral = false }),
    Server(name: "no list of models", change: { $0.models = nil }),
    Server(name: "an empty list of models", change: { $0.models = [] }),
    Server(
      name: "refuses what is not in the standard",
      change: { $0.refusedFields = ["return_token_ids", "logprobs", "n"] }, tokenIDs: false, logProbabilities: false),
    Server(
      name: "refuses without a word",
      change: {
        $0.refusedFields = ["return_token_ids", "seed"]
        $0.refusal = "bad request"
      }, tokenIDs: false, logProbabilities: false, isReproducible: false),
    Server(
      name: "new token limit",
      change: {
        $0.hasCompletions = false
        $0.refusedFields = ["max_tokens"]
        $0.refusal = "use max_completion_tokens"
      }),
    Server(name: "leaves the stop text", change: { $0.removesStop = false }),
    Server(
      name: "fails every third time",
      change: { behaviour in
        let faults: [FakeInferenceServer.Fault] = [
          .status(429, retryAfter: "1"), .hangUp, .cutBody, .body("{\"choices\":"), .status(500), .body("[]"),
          .status(503, body: "loading"), .body("{\"choices\":[]}"), .status(408), .slow(.milliseconds(1)), .status(409),
        ]
        behaviour.fault = { $0 % 3 == 1 ? faults[$0 / 3 % faults.count] : nil }
      }),
  ]

  @Test(arguments: servers) func conformsWhateverTheServerLacks(server: Server) async throws {
    var behaviour = FakeInferenceServer.Behaviour()
    server.change(&behaviour)
    let fake = try FakeInferenceServer(behaviour)
    let sampler = try EndpointSampler(
      Asking.settings(fake) { $0.api = server.api }, environment: [:], clock: VirtualClock().clock)
    var expectations = SamplerConformance.Expectations()
    expectations.givesTokenIDs = server.tokenIDs
    expectations.givesLogProbabilities = server.logProbabilities
    expectations.isReproducible = server.isReproducible
    let suite = SamplerConformance(sampler, checkpoint: Asking.checkpoint, expectations)
    let violations = await suite.violations()
    #expect(violations == [])
  }

  @Test func aSampleHasItsSeedInWhateverRequestItIsAskedFor() async throws {
    let (several, single) = (try FakeInferenceServer(), try FakeInferenceServer())
    single.change { $0.givesSeveral = false }
    let answers = try await [several, single].asyncMap {
      try await Asking.draw(try EndpointSampler(Asking.settings($0), environment: [:]), Asking.requests(3, samples: 5))
    }
    #expect(answers[0] == answers[1])
    #expect(several.requests == 3)
    #expect(single.answered == several.answered, "the same questions, one by one")
    #expect(single.answered.values.allSatisfy { $0 == 1 }, "nothing was asked twice")
    #expect(several.answered.keys.allSatisfy { ($0.seed ?? -1) >= 0 && ($0.seed ?? .max) < 1 << 31 })
  }

  @Test func whatAServerLacksIsSaidOnce() async throws {
    let fake = try FakeInferenceServer()
    fake.change {
      $0.givesSeveral = false
      $0.refusedFields = ["return_token_ids"]
    }
    let notes = Notes()
    let sampler = try EndpointSampler(Asking.settings(fake), environment: [:], notify: notes.add)
    for _ in 0..<2 { _ = try await Asking.draw(sampler, Asking.requests(4, samples: 3)) }
    #expect(
      notes.lines.sorted() == [
        "\(fake.url) does not give several answers to one request ('n'); asking once an answer",
        "\(fake.url) gives no token ids; answers are tokenised again for training",
      ])
  }

  @Test func aServerThatOnlyDecodesGreedilyIsNoticed() async throws {
    let fake = try FakeInferenceServer()
    let notes = Notes()
    let sampler = try EndpointSampler(Asking.settings(fake), environment: [:], notify: notes.add)
    _ = try await Asking.draw(sampler, Asking.requests(6, samples: 5))
    #expect(notes.lines.isEmpty)
    fake.change { $0.answer = { FakeInferenceServer.words(.init(model: $0.model, prompt: $0.prompt, seed: nil)) } }
    _ = try await Asking.draw(sampler, Asking.requests(6, samples: 5), SamplingParameters.greedy(maxTokens: 9))
    #expect(notes.lines.isEmpty)
    _ = try await Asking.draw(sampler, Asking.requests(6, samples: 5))
    #expect(notes.lines.count == 1 && notes.lines[0].contains("the same text"), "\(notes.lines)")
  }

  @Test func aServerThatForbidsLogProbabilitiesIsAskedWithoutThem() async throws {
    let fake = try FakeInferenceServer()
    let refusal = #"{"error":{"message":"You are not allowed to request logprobs from this model"}}"#
    fake.change { $0.fault = { $0 == 0 ? .status(403, body: refusal) : nil } }
    let sampler = try EndpointSampler(
      Asking.settings(fake) { $0.concurrency = .init(initial: 1, max: 1) }, environment: [:])
    let answers = try await Asking.draw(sampler, Asking.requests(2))
    #expect(answers.allSatisfy { $0.logProbability == nil && $0.tokenIDs != nil } && fake.requests == 3)
  }

  @Test func aRefusalOfOnePromptTeachesNothingOfTheOthers() async throws {
    let fake = try FakeInferenceServer()
    fake.change { behaviour in
      behaviour.fault = { $0 == 5 ? .status(400, body: #"{"error":{"message":"the prompt is too long"}}"#) : nil }
    }
    let notes = Notes()
    let sampler = try EndpointSampler(
      Asking.settings(fake) { $0.concurrency = .init(initial: 1, max: 1) }, environment: [:], notify: notes.add)
    let received = Mutex(0)
    await #expect(throws: EndpointError.self) {
      _ = try await Asking.draw(sampler, Asking.requests(20)) { some in
        received.withLock { $0 += some.completions.count }
      }
    }
    #expect(fake.requests == 6 && received.withLock { $0 } == 5 && notes.lines.isEmpty)
  }

  @Test func stopTextsAndTheirTokensAreNotInTheAnswer() async throws {
    let fake = try FakeInferenceServer()
    fake.change { $0.answer = { _ in "one two three" } }
    let sampler = try EndpointSampler(Asking.settings(fake), environment: [:])
    func answer(_ stop: [String], limit: Int = 16) async throws -> Completion? {
      try await Asking.draw(
        sampler, Asking.requests(1), SamplingParameters(maxTokens: limit, stop: stop, seed: 1)
      ).first
    }
    let whole = try #require(try await answer(["four"]))
    #expect(whole.text == "one two three" && whole.tokenIDs?.count == 3 && whole.finishReason == .stop)
    let cut = try #require(try await answer([" three"]))
    #expect(cut.text == "one two" && cut.tokenIDs == nil && cut.tokenCount == 3 && cut.finishReason == .stop)
    let short = try #require(try await answer(["four"], limit: 2))
    #expect(short.text == "one two" && short.tokenIDs?.count == 2 && short.finishReason == .length)
    #expect(short.logProbability == -0.125 * 2 - 3.0 / 8 * 2)
  }
}

extension Sequence {
  fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await body(element)) }
    return values
  }
}
