import Core
import EndpointEngine
import Foundation
import Synchronization
import TestServer

/// What the tests ask a fake server.
enum Asking {
  static let checkpoint = Checkpoint(iteration: 1, folder: URL(fileURLWithPath: "/checkpoints/M1"))

  static func settings(_ server: FakeInferenceServer, _ change: (inout EndpointSettings) -> Void = { _ in })
    -> EndpointSettings
  {
    var settings = EndpointSettings(
      url: server.url, model: "model", concurrency: .init(initial: 4, max: 16), timeoutS: 20)
    change(&settings)
    return settings
  }

  static func requests(_ prompts: Int, samples: Int = 1) -> [SampleRequest] {
    (0..<prompts).map {
      SampleRequest(
        prompt: Prompt(problemID: ProblemID("q\($0)"), text: "What is \($0) + 3 ?"), sampleIndices: Array(0..<samples))
    }
  }

  static func draw(
    _ sampler: EndpointSampler, _ requests: [SampleRequest],
    _ parameters: SamplingParameters = SamplingParameters(maxTokens: 16, seed: 3),
    finished: @escaping AnswerHandler = { _ in }
  ) async throws -> [Completion] {
    try await sampler.sample(
      from: checkpoint, requests: requests, parameters: parameters, progress: { _ in }, finished: finished)
  }

  /// The one line that a failed call ends with.
  static func failure(_ sampler: EndpointSampler, _ requests: [SampleRequest]) async -> String {
    do {
      _ = try await draw(sampler, requests)
      return "no failure"
    } catch {
      return "\(error)"
    }
  }
}

/// A clock on which nobody waits.
final class VirtualClock: Sendable {
  private let state = Mutex<(now: Duration, sleeps: [Duration])>((.zero, []))

  var sleeps: [Duration] { state.withLock { $0.sleeps } }

  var clock: RequestClock {
    RequestClock(
      now: { self.state.withLock { $0.now } },
      sleep: { duration in
        self.state.withLock {
          $0.now += duration
          $0.sleeps.append(duration)
        }
        // Lets others go on, and ends as a real sleep does.
        await Task.yield()
        try Task.checkCancellation()
      })
  }
}

/// Lines that a sampler said.
final class Notes: Sendable {
  private let state = Mutex<[String]>([])
  var lines: [String] { state.withLock { $0 } }
  func add(_ line: String) { state.withLock { $0.append(line) } }
}
