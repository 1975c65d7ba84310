import Randomness

/// Settings of one fine-tuning run.
public struct FineTuningSettings: Sendable, Hashable {
  public var epochs: Int
  public var optimizer: OptimizerSettings
  /// Warm-up as a share of all steps; it sets `optimizer.warmupSteps`.
  public var warmupFraction: Double
  /// Tokens a step for supervised rows; a row longer than this makes a step of its own.
  public var batchTokens: Int
  /// Pairs a step for preference rows.
  public var batchPairs: Int
  public var beta: Double
  public var seed: UInt64
  public var threads: Int

  public init(
    epochs: Int, optimizer: OptimizerSettings, warmupFraction: Double = 0.05, batchTokens: Int = 4096,
    batchPairs: Int = 16, beta: Double = 0.1, seed: UInt64 = 0, threads: Int = 1
  ) {
    self.epochs = epochs
    self.optimizer = optimizer
    self.warmupFraction = warmupFraction
    self.batchTokens = batchTokens
    self.batchPairs = batchPairs
    self.beta = beta
    self.seed = seed
    self.threads = threads
  }
}

/// One optimizer step as it happened.
public struct TrainingStep: Sendable, Hashable {
  /// Counted from 1.
  public let step: Int
  public let totalSteps: Int
  /// Natural logarithm: a completion token (supervised) or a pair (preference).
  public let loss: Double
  public let tokenCount: Int
  public let gradientNorm: Double
}

extension Model {
  /// Supervised fine-tuning in place: the loss covers each row's completion only.
  ///
  /// Rows are shuffled once an epoch and packed without padding into steps of at most `batchTokens` tokens. The same
  /// seed gives the same weights for any number of threads.
  ///
  /// - Parameter onStep: Called after each step; throws to stop.
  public func fineTune(
    on rows: [TokenRow], _ settings: FineTuningSettings, onStep: (TrainingStep) throws -> Void
  ) throws {
    let stream = RandomStream(seed: settings.seed, "supervised")
    let batches = (0..<settings.epochs).flatMap { epoch in
      var order = stream.child(epoch)
      return Self.batches(order.shuffled(rows), tokens: settings.batchTokens)
    }
    let engine = GradientEngine(self, threads: settings.threads)
    let optimizer = AdamW(
      self, settings.optimizer(steps: batches.count), totalSteps: batches.count, threads: settings.threads)
    for (index, batch) in batches.enumerated() {
      let loss = engine.supervised(batch)
      let norm = optimizer.update(engine.gradient)
      try onStep(
        TrainingStep(
          step: index + 1, totalSteps: batches.count, loss: loss,
          tokenCount: batch.reduce(0) { $0 + $1.tokens.count }, gradientNorm: norm))
    }
  }

  /// Direct preference optimisation in place, against `reference`, whose log-probabilities are computed once before the
  /// first step.
  public func alignPreferences(
    on pairs: [TokenPair], reference: Model, _ settings: FineTuningSettings, onStep: (TrainingStep) throws -> Void
  ) throws {
    let scorer = GradientEngine(reference, threads: settings.threads)
    var baseline: [(chosen: Double, rejected: Double)] = []
    for first in stride(from: 0, to: pairs.count, by: 64) {
      let part = pairs[first..<min(first + 64, pairs.count)]
      let logs = scorer.tokenLogProbabilities(part.flatMap { [$0.chosen, $0.rejected] })
      let sums = logs.map { $0.reduce(0.0) { $0 + Double($1) } }
      for index in 0..<part.count { baseline.append((sums[2 * index], sums[2 * index + 1])) }
    }
    let stream = RandomStream(seed: settings.seed, "preference")
    let batches = (0..<settings.epochs).flatMap { epoch in
      var order = stream.child(epoch)
      let indices = order.shuffled(Array(pairs.indices))
      return stride(from: 0, to: indices.count, by: settings.batchPairs).map {
        Array(indices[$0..<min($0 + settings.batchPairs, indices.count)])
      }
    }
    let engine = GradientEngine(self, threads: settings.threads)
    let optimizer = AdamW(
      self, settings.optimizer(steps: batches.count), totalSteps: batches.count, threads: settings.threads)
    for (index, batch) in batches.enumerated() {
      let part = batch.map { pairs[$0] }
      let (loss, _) = engine.preference(part, reference: batch.map { baseline[$0] }, beta: settings.beta)
      let norm = optimizer.update(engine.gradient)
      try onStep(
        TrainingStep(
          step: index + 1, totalSteps: batches.count, loss: loss,
          tokenCount: part.reduce(0) { $0 + $1.chosen.tokens.count + $1.rejected.tokens.count }, gradientNorm: norm))
    }
  }

  private static func batches(_ rows: [TokenRow], tokens limit: Int) -> [[TokenRow]] {
    var batches: [[TokenRow]] = []
    var batch: [TokenRow] = []
    var count = 0
    for row in rows {
      if !batch.isEmpty && count + row.tokens.count > limit {
        batches.append(batch)
        batch = []
        count = 0
      }
      batch.append(row)
      count += row.tokens.count
    }
    if !batch.isEmpty { batches.append(batch) }
    return batches
  }
}

extension FineTuningSettings {
  fileprivate func optimizer(steps: Int) -> OptimizerSettings {
    var settings = optimizer
    settings.warmupSteps = Int((warmupFraction * Double(steps)).rounded(.up))
    return settings
  }
}
