import Core

/// An answer as it is looked at: without its tokens, and with no more of its text than was asked for.
public struct ObservedAnswer: Sendable, Hashable {
  /// Where it stands in the order in which the run's answers were stored; ascending, from 1.
  public let position: Int64
  /// The key of its problem in the run.
  public let problem: Int
  /// t of the model M_t that gave it.
  public let iteration: Int
  public let judged: JudgedCompletion
  /// UTF-8 code units of the whole text.
  public let byteCount: Int

  /// Whether the text was cut.
  public var isCut: Bool { judged.completion.text.utf8.count < byteCount }
}

/// A problem with its key, which orders the run's problems as its data set does.
public struct ObservedProblem: Sendable, Hashable {
  public let key: Int
  public let content: RunProblem
}

/// What a run has done, in one look.
public struct RunProgress: Sendable, Hashable {
  /// In the order of execution.
  public let stages: [StageRecord]
  /// Named figures by iteration: `training_rows`, `initial_loss`, …
  public let metrics: [Int: [String: Double]]
  /// The position of the answer that was stored last; 0 before the first.
  public let lastAnswer: Int64

  public var isFinished: Bool { stages.allSatisfy(\.isFinished) }
}
