import Core
import Foundation
import RunStore

/// A run as it was last seen.
struct RunSnapshot: Sendable {
  let id: String
  let folder: URL
  let manifest: RunManifest
  /// Goes up whenever anything of it changes.
  var revision = 0
  var progress: RunProgress
  /// The process that works on it.
  var writer: Int32?
  var figures = RunFigures()
  var alerts: [Alert] = []
  /// Units of the current stage a second.
  var rate: Double?
  /// Seconds until the current stage and the whole run are done.
  var stageRemaining: Double?
  var runRemaining: Double?
  /// Answers in the browse index, and in the run.
  var indexed: Int64 = 0
  var stored: Int64 = 0
  var audit: AuditResult?
  var hasReport = false
  /// Why it could not be read when last looked at.
  var failure: String?

  enum State: String, Sendable {
    case running, finished, interrupted
  }

  var state: State { writer != nil ? .running : progress.isFinished ? .finished : .interrupted }

  /// The stage that is being done, or would be done next.
  var currentStage: StageRecord? { progress.stages.first { !$0.isFinished } }

  /// How far the current stage is: a training's steps are known by its losses before they are recorded.
  var currentDone: (done: Int, total: Int?)? {
    guard let stage = currentStage else { return nil }
    if stage.key.stage == .train, let curve = figures.losses.first(where: { $0.iteration == stage.key.iteration }) {
      return (curve.lastStep, max(curve.totalSteps, curve.lastStep))
    }
    return (stage.done, stage.total)
  }

  /// Stages done, the current one by its share, over all; 0 … 1.
  var share: Double {
    guard !progress.stages.isEmpty else { return 1 }
    var done = Double(progress.stages.count(where: \.isFinished))
    if let current = currentDone, let total = current.total, total > 0 { done += Double(current.done) / Double(total) }
    return min(1, done / Double(progress.stages.count))
  }

  var name: String { folder.lastPathComponent }
  var indexShare: Double { stored > 0 ? min(1, Double(indexed) / Double(stored)) : 1 }
}

extension Stage {
  /// As people read it.
  var title: String {
    switch self {
    case .select: "choosing training rows"
    case .train: "training"
    case .evaluateTest: "test questions, greedy"
    case .sampleTest: "test questions, sampled"
    case .sampleFailed: "failed test questions, sampled"
    case .evaluateOutOfDistribution: "out-of-distribution questions, greedy"
    case .sampleTrain: "training questions, sampled"
    }
  }

  var shortTitle: String {
    switch self {
    case .select: "select"
    case .train: "train"
    case .evaluateTest: "test greedy"
    case .sampleTest: "test sampled"
    case .sampleFailed: "failed sampled"
    case .evaluateOutOfDistribution: "ood greedy"
    case .sampleTrain: "train sampled"
    }
  }
}
