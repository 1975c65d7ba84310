import Foundation

/// What is done within one iteration, in this order. Iteration t trains M_t and lets M_t answer.
public enum Stage: String, Codable, Sendable, Hashable, CaseIterable {
  /// The training set D_t is chosen.
  case select
  /// M_t is trained on D_t.
  case train
  /// M_t answers every test question greedily.
  case evaluateTest = "evaluate_test"
  /// M_t samples answers to the test questions chosen for diversity and pass@k.
  case sampleTest = "sample_test"
  /// M_1 samples further answers to the test questions it fails greedily, for pass@k on improvement sets.
  case sampleFailed = "sample_failed"
  /// M_t answers every out-of-distribution question greedily.
  case evaluateOutOfDistribution = "evaluate_ood"
  /// M_t samples answers to the training questions: what M_{t+1} learns from, and the coverage of M_1.
  case sampleTrain = "sample_train"
}

extension Stage {
  /// The questions that are answered in it; nil where none are.
  public var split: Split? {
    switch self {
    case .select, .train: nil
    case .evaluateTest, .sampleTest, .sampleFailed: .test
    case .evaluateOutOfDistribution: .outOfDistribution
    case .sampleTrain: .train
    }
  }
}

/// One stage of one iteration.
public struct StageKey: Codable, Sendable, Hashable, CustomStringConvertible {
  /// t of the model M_t that the stage trains or asks.
  public let iteration: Int
  public let stage: Stage

  public init(_ iteration: Int, _ stage: Stage) {
    self.iteration = iteration
    self.stage = stage
  }

  public var description: String { "M_\(iteration) \(stage.rawValue)" }
}

/// How far a stage of a run is, as the database knows it.
public struct StageRecord: Codable, Sendable, Hashable {
  public let key: StageKey
  public let done: Int
  /// In `unit`; nil where it depends on what is still to be done.
  public let total: Int?
  /// `rows`, `steps` or `questions`.
  public let unit: String
  /// nil while the stage is unfinished.
  public let finishedAt: Date?

  public var isFinished: Bool { finishedAt != nil }

  public init(key: StageKey, done: Int = 0, total: Int?, unit: String, finishedAt: Date? = nil) {
    self.key = key
    self.done = done
    self.total = total
    self.unit = unit
    self.finishedAt = finishedAt
  }
}
