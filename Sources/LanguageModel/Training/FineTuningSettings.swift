/// Settings of one fine-tuning run.
public struct FineTuningSettings: Sendable, Hashable {
  public var epochs: Int
  public var optimizer: OptimizerSettings
  /// Warm-up as a share of all steps; it sets `optimizer.warmupSteps`.
  public var warmupFraction: Double
  /// Tokens a step for supervised rows; a row longer than this makes a step of its own.
  public var batchTokens: Int
  /// Supervised rows a step; takes the place of `batchTokens` where given.
  public var batchRows: Int?
  /// Pairs a step for preference rows.
  public var batchPairs: Int
  public var beta: Double
  /// Whether each epoch has an order of its own, drawn from `seed`; otherwise rows are taken as they come.
  public var shuffles: Bool
  public var seed: UInt64
  public var threads: Int
  /// How much of a step is computed at a time; changes a result by rounding only.
  public var microBatching: MicroBatching
  /// Keep only the input of each block and compute the rest again in the backward pass: less memory, about a third more
  /// work, the same bits.
  public var recomputesActivations: Bool

  public init(
    epochs: Int, optimizer: OptimizerSettings, warmupFraction: Double = 0.05, batchTokens: Int = 4096,
    batchRows: Int? = nil, batchPairs: Int = 16, beta: Double = 0.1, shuffles: Bool = true, seed: UInt64 = 0,
    threads: Int = 1, microBatching: MicroBatching = MicroBatching(), recomputesActivations: Bool = false
  ) {
    self.epochs = epochs
    self.optimizer = optimizer
    self.warmupFraction = warmupFraction
    self.batchTokens = batchTokens
    self.batchRows = batchRows
    self.batchPairs = batchPairs
    self.beta = beta
    self.shuffles = shuffles
    self.seed = seed
    self.threads = threads
    self.microBatching = microBatching
    self.recomputesActivations = recomputesActivations
  }

  /// The optimizer's settings for a run of `steps` steps.
  package func optimizer(steps: Int) -> OptimizerSettings {
    var settings = optimizer
    settings.warmupSteps = Int((warmupFraction * Double(steps)).rounded(.up))
    return settings
  }
}
