import Foundation

/// A fine-tuning under way: weights, optimizer and place in the data.
///
/// The same seed gives the same weights for any number of threads. Not to be shared between threads.
public final class FineTuning {
  public let totalSteps: Int
  public private(set) var completedSteps = 0
  package let weights: TrainableWeights
  package let optimizer: AdamW
  package let identity: TrainingIdentity
  private let examples: TrainingExamples
  private let settings: FineTuningSettings
  private let plan: TrainingPlan
  private let engine: GradientEngine
  /// Per pair, what the reference gives its completions; empty for supervised rows.
  private let reference: [GradientEngine.PairLogProbabilities]

  /// - Parameters:
  ///   - model: Is trained in place, unless an adapter is.
  ///   - adapter: Is trained in place beside the frozen model.
  ///   - examples: The loss covers each row's completion only.
  ///   - reference: The model that preference rows are compared with; nil for the one that training starts from, with
  ///     its adapter as it stands. Its log-probabilities are computed once, here.
  ///   - checkCancellation: Called now and then while the reference is computed; throws to stop.
  public init(
    _ model: Model, adapter: LowRankAdapter? = nil, on examples: TrainingExamples, reference: Model? = nil,
    _ settings: FineTuningSettings, checkCancellation: () throws -> Void = {}
  ) throws {
    self.examples = examples
    self.settings = settings
    plan = TrainingPlan(examples, settings)
    totalSteps = plan.steps.count
    if case .preference(let pairs) = examples {
      let scorer = GradientEngine(
        reference ?? model, adapter: reference == nil ? adapter : nil, threads: settings.threads, recomputes: true)
      self.reference = try Self.score(pairs, scorer, checkCancellation)
    } else {
      self.reference = []
    }
    engine = GradientEngine(
      model, adapter: adapter, threads: settings.threads, microBatching: settings.microBatching,
      recomputes: settings.recomputesActivations)
    weights = engine.weights
    engine.reserve(TrainingDemand(plan, examples, weightCount: weights.count, settings.microBatching))
    let start = [model.fingerprint, adapter?.fingerprint, reference?.fingerprint].compactMap(\.self)
    identity = TrainingIdentity(examples, settings, adapter: adapter?.settings, start: start.joined(separator: " "))
    optimizer = AdamW(
      weights, settings.optimizer(steps: totalSteps), totalSteps: totalSteps, threads: settings.threads)
  }

  /// Bytes that passes work in, over all threads.
  package var workspaceBytes: Int { engine.workspaceBytes }

  /// Makes the next step; nil where all are made.
  public func step() -> TrainingStep? {
    guard completedSteps < totalSteps else { return nil }
    let batch = plan.steps[completedSteps]
    let loss: Double
    var metrics: PreferenceMetrics?
    let tokenCount: Int
    switch examples {
    case .supervised(let rows):
      let part = batch.map { rows[$0] }
      loss = engine.supervised(part)
      tokenCount = part.reduce(0) { $0 + $1.tokens.count }
    case .preference(let pairs):
      let part = batch.map { pairs[$0] }
      (loss, metrics) = engine.preference(part, reference: batch.map { reference[$0] }, beta: settings.beta)
      tokenCount = part.reduce(0) { $0 + $1.computedTokenCount }
    }
    let norm = optimizer.update(engine.gradient)
    completedSteps += 1
    return TrainingStep(
      step: completedSteps, totalSteps: totalSteps, loss: loss, tokenCount: tokenCount,
      learningRate: optimizer.learningRate, gradientNorm: norm, preference: metrics)
  }

  /// Writes what `resume(from:)` needs below `folder`, whole or not at all, and removes older states there.
  public func save(in folder: URL) throws { try TrainingCheckpoint.save(self, in: folder) }

  /// Continues where `checkpoint` was written, with the same bits as if training had not been interrupted.
  ///
  /// - Throws: `ModelError` where it belongs to another training (rows, settings, model), or is damaged.
  public func resume(from checkpoint: TrainingCheckpoint) throws {
    try checkpoint.check(identity)
    try checkpoint.restore(self)
  }

  /// Continues after `step` steps, once `weights` and the optimizer's moments are those of that step.
  package func resume(after step: Int) {
    precondition(step >= 0 && step <= totalSteps, "a training is resumed within its steps")
    completedSteps = step
    optimizer.resume(after: step)
  }

  private static func score(
    _ pairs: [TokenPair], _ scorer: GradientEngine, _ checkCancellation: () throws -> Void
  ) throws -> [GradientEngine.PairLogProbabilities] {
    try stride(from: 0, to: pairs.count, by: 64).flatMap { first in
      try checkCancellation()
      return scorer.pairLogProbabilities(Array(pairs[first..<min(first + 64, pairs.count)]))
    }
  }
}

extension Model {
  /// Supervised fine-tuning in place.
  ///
  /// - Parameter onStep: Called after each step; throws to stop.
  public func fineTune(
    on rows: [TokenRow], _ settings: FineTuningSettings, onStep: (TrainingStep) throws -> Void
  ) throws {
    let training = try FineTuning(self, on: .supervised(rows), settings)
    while let step = training.step() { try onStep(step) }
  }

  /// Direct preference optimisation in place, against `reference`.
  ///
  /// - Parameter onStep: Called after each step; throws to stop.
  public func alignPreferences(
    on pairs: [TokenPair], reference: Model, _ settings: FineTuningSettings, onStep: (TrainingStep) throws -> Void
  ) throws {
    let training = try FineTuning(self, on: .preference(pairs), reference: reference, settings)
    while let step = training.step() { try onStep(step) }
  }
}
