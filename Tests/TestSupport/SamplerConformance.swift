import Core
import Foundation
import Synchronization

/// What every sampler keeps, whatever draws its answers. `violations` says in words what one does not.
public struct SamplerConformance: Sendable {
  /// What differs between samplers without being wrong.
  public struct Expectations: Sendable {
    /// Whether the seed decides a sample.
    public var isReproducible = true
    public var givesTokenIDs = true
    public var givesLogProbabilities = true
    /// A text that occurs in some answers to `prompts`.
    public var stop = "1"
    /// A prompt of 10,000 tokens or, where the model takes fewer, of more than it takes.
    public var longPrompt = String(repeating: "word ", count: 10_000)

    public init() {}
  }

  private let sampler: any Sampler
  private let checkpoint: Checkpoint
  private let expectations: Expectations
  private let prompts = (0..<5).map {
    Prompt(problemID: ProblemID("q\($0)"), text: "Question: What is \($0)+3?\nAnswer:")
  }

  public init(_ sampler: any Sampler, checkpoint: Checkpoint, _ expectations: Expectations = Expectations()) {
    self.sampler = sampler
    self.checkpoint = checkpoint
    self.expectations = expectations
  }

  public func violations() async -> [String] {
    let checks: [(String, () async throws -> [String])] = [
      ("counts", counts), ("nothing asked", nothing), ("seeds", seeds), ("greedy", greedy), ("stop", stop),
      ("length", length), ("empty prompt", { try await odd("") }),
      ("long prompt", { try await odd(expectations.longPrompt) }),
      ("refusing receiver", refusingReceiver), ("cancellation", cancellation),
    ]
    var violations: [String] = []
    for (name, check) in checks {
      do { violations += try await check().map { "\(name): \($0)" } } catch {
        violations.append("\(name): threw \(error)")
      }
    }
    return violations
  }

  private struct Drawn {
    let answers: [Completion]
    let received: [Completion]
    let progress: [StageProgress]
  }

  private func draw(
    _ requests: [SampleRequest], _ parameters: SamplingParameters = SamplingParameters(maxTokens: 8, seed: 5)
  ) async throws -> Drawn {
    let seen = Mutex<(received: [Completion], progress: [StageProgress])>(([], []))
    let answers = try await sampler.sample(
      from: checkpoint, requests: requests, parameters: parameters,
      progress: { step in seen.withLock { $0.progress.append(step) } },
      finished: { some in seen.withLock { $0.received += some.completions } })
    return seen.withLock { Drawn(answers: answers, received: $0.received, progress: $0.progress) }
  }

  private func requests(_ indices: [Int]) -> [SampleRequest] {
    prompts.map { SampleRequest(prompt: $0, sampleIndices: indices) }
  }

  private func counts() async throws -> [String] {
    let wanted = zip(prompts, [[0, 1, 2], [4], [], [1, 2, 6], [0]]).map { SampleRequest(prompt: $0, sampleIndices: $1) }
    let drawn = try await draw(wanted)
    var violations: [String] = []
    let expected = wanted.flatMap { request in request.sampleIndices.map { "\(request.prompt.problemID) \($0)" } }
    let found = drawn.answers.map { "\($0.problemID) \($0.sampleIndex)" }
    if found != expected { violations.append("gave \(found) for \(expected)") }
    if Set(drawn.received) != Set(drawn.answers) || drawn.received.count != drawn.answers.count {
      violations.append("handed over \(drawn.received.count) answers that are not the \(drawn.answers.count) it gave")
    }
    if !drawn.progress.contains(where: { $0.completed == $0.total }) { violations.append("progress has no end") }
    for answer in drawn.answers {
      if answer.decoding != .sampled { violations.append("calls a sample \(answer.decoding)") }
      if (answer.tokenIDs != nil) != expectations.givesTokenIDs {
        violations.append("token ids \(answer.tokenIDs ?? [])")
      }
      if answer.tokenIDs?.contains(where: { $0 < 0 }) == true { violations.append("a negative token id") }
      if (answer.logProbability != nil) != expectations.givesLogProbabilities {
        violations.append("log-probability \(answer.logProbability ?? 0)")
      }
      if let value = answer.logProbability, !(value.isFinite && value <= 0) {
        violations.append("log-probability \(value)")
      }
    }
    return violations
  }

  private func nothing() async throws -> [String] {
    let (none, empty) = (try await draw([]), try await draw(requests([])))
    return (none.answers + none.received + empty.answers + empty.received).isEmpty ? [] : ["gave answers"]
  }

  private func seeds() async throws -> [String] {
    guard expectations.isReproducible else { return [] }
    var violations: [String] = []
    let parameters = SamplingParameters(temperature: 1, maxTokens: 8, seed: 5)
    let whole = try await draw(requests([0, 1, 2, 3]), parameters).answers
    if Set(whole.map(\.text)).count < 4 { violations.append("samples are alike") }
    if try await draw(requests([0, 1, 2, 3]), parameters).answers != whole { violations.append("not the same twice") }
    // A sample is the same by whatever others it is asked for.
    let part = try await draw([SampleRequest(prompt: prompts[3], sampleIndices: [1, 3])], parameters).answers
    if part != whole.filter({ $0.problemID == "q3" && [1, 3].contains($0.sampleIndex) }) {
      violations.append("samples depend on the others of the call")
    }
    var other = parameters
    other.seed = 6
    if try await draw(requests([0, 1, 2, 3]), other).answers.map(\.text) == whole.map(\.text) {
      violations.append("another seed changes nothing")
    }
    return violations
  }

  private func greedy() async throws -> [String] {
    var parameters = SamplingParameters.greedy(maxTokens: 8)
    let first = try await draw(requests([0]), parameters).answers
    parameters.seed = 77
    let second = try await draw(requests([0]), parameters).answers
    return first == second && first.allSatisfy { $0.decoding == .greedy } ? [] : ["depends on the seed"]
  }

  private func stop() async throws -> [String] {
    var parameters = SamplingParameters(temperature: 1, maxTokens: 40, seed: 5)
    let free = try await draw(requests([0, 1, 2, 3]), parameters).answers
    parameters.stop = [expectations.stop]
    let cut = try await draw(requests([0, 1, 2, 3]), parameters).answers
    var violations: [String] = []
    if !free.contains(where: { $0.text.contains(expectations.stop) }) { violations.append("the stop text never comes") }
    for answer in cut where answer.text.contains(expectations.stop) { violations.append("'\(answer.text)' goes on") }
    for (long, short) in zip(free, cut) where expectations.isReproducible {
      let end = long.text.range(of: expectations.stop)?.lowerBound
      if short.text != String(long.text[..<(end ?? long.text.endIndex)]) {
        violations.append("cuts '\(long.text)' wrongly")
      }
      if end != nil, short.finishReason != .stop {
        violations.append("a stop text ended with \(short.finishReason.map(\.rawValue) ?? "nothing")")
      }
    }
    return violations
  }

  private func length() async throws -> [String] {
    let answers = try await draw(requests([0, 1]), SamplingParameters(maxTokens: 2, seed: 5)).answers
    var violations: [String] = []
    if !answers.contains(where: { $0.finishReason == .length }) { violations.append("nothing is cut at the limit") }
    for answer in answers where (answer.tokenIDs?.count ?? 0) > 2 || (answer.tokenCount ?? 0) > 2 {
      violations.append("\(answer.tokenCount ?? 0) tokens where 2 are the limit")
    }
    return violations
  }

  /// A prompt that a model may refuse is answered wholly or refused in one line.
  private func odd(_ text: String) async throws -> [String] {
    let prompt = Prompt(problemID: "odd", text: text)
    do {
      let count = try await draw([SampleRequest(prompt: prompt, sampleIndices: [0, 1])]).answers.count
      return count == 2 ? [] : ["\(count) answers"]
    } catch {
      return "\(error)".contains("\n") ? ["a refusal of several lines: \(error)"] : []
    }
  }

  private struct Full: Error {}

  private func refusingReceiver() async throws -> [String] {
    do {
      _ = try await sampler.sample(
        from: checkpoint, requests: requests([0, 1]), parameters: SamplingParameters(maxTokens: 8, seed: 5),
        progress: { _ in }, finished: { _ in throw Full() })
      return ["goes on though its answers are not kept"]
    } catch {
      return error is Full ? [] : ["ends with \(error)"]
    }
  }

  private func cancellation() async throws -> [String] {
    let received = Mutex(0)
    // Cancelled by its own first step: a test that has to wait for its turn would come after the last.
    let running = Mutex<(@Sendable () -> Void)?>(nil)
    let task = Task {
      try await sampler.sample(
        from: checkpoint, requests: requests(Array(0..<5_000)), parameters: SamplingParameters(maxTokens: 40, seed: 5),
        progress: { _ in running.withLock { $0 }?() },
        finished: { some in received.withLock { $0 += some.completions.count } })
    }
    running.withLock { $0 = { task.cancel() } }
    let result = await task.result
    var violations: [String] = []
    if case .failure(let error) = result, !(error is CancellationError) { violations.append("ended with \(error)") }
    if case .success = result { violations.append("did not end") }
    let count = received.withLock { $0 }
    try await Task.sleep(for: .milliseconds(50))
    if received.withLock({ $0 }) != count { violations.append("hands answers over after its end") }
    return violations
  }
}
