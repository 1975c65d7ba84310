import Core

/// Writes finished answers down as they come: while one transaction is under way, those that come meanwhile gather for
/// the next, so that a fast sampler pays for few transactions and a slow one waits for nobody.
actor AnswerKeeper {
  private let write: @Sendable ([FinishedAnswers]) async throws -> Void
  private var gathering: Batch?
  private var isWriting = false

  /// - Parameter write: Returns when the answers are durable.
  init(write: @escaping @Sendable ([FinishedAnswers]) async throws -> Void) { self.write = write }

  /// Returns when `answers` are written.
  @Sendable func keep(_ answers: FinishedAnswers) async throws {
    let batch = gathering ?? Batch()
    gathering = batch
    batch.answers.append(answers)
    if isWriting {
      try await withCheckedThrowingContinuation { batch.waiting.append($0) }
    } else {
      isWriting = true
      await writeAll()
      isWriting = false
      if let failure = batch.failure { throw failure }
    }
  }

  private func writeAll() async {
    while let batch = gathering {
      gathering = nil
      do {
        try await write(batch.answers)
        for waiting in batch.waiting { waiting.resume() }
      } catch {
        batch.failure = error
        for waiting in batch.waiting { waiting.resume(throwing: error) }
      }
    }
  }

  /// Belongs to the actor.
  private final class Batch {
    var answers: [FinishedAnswers] = []
    var waiting: [CheckedContinuation<Void, any Error>] = []
    var failure: (any Error)?
  }
}
