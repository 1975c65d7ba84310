import Core
import Synchronization

/// Takes finished answers from compute threads, which must not wait, to a handler that may.
struct AnswerDelivery: Sendable {
  private let waiting = Waiting()
  private let signals: AsyncStream<Void>
  private let signal: AsyncStream<Void>.Continuation

  init() {
    // One signal is enough for any number of answers.
    (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func add(_ answer: Completion) {
    waiting.answers.withLock { $0.append(answer) }
    signal.yield()
  }

  /// No answer comes any more.
  func end() { signal.finish() }

  /// Hands over what has come, as much at a time as came meanwhile, until the end.
  func run(_ handler: AnswerHandler) async throws {
    for await _ in signals { try await handOver(handler) }
    try await handOver(handler)
  }

  private func handOver(_ handler: AnswerHandler) async throws {
    let answers = waiting.answers.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    if !answers.isEmpty { try await handler(FinishedAnswers(answers)) }
  }

  private final class Waiting: Sendable {
    let answers = Mutex<[Completion]>([])
  }
}
