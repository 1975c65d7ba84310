/// The memory that a training will take at its peak, in bytes, known before the model is read.
public struct MemoryEstimate: Sendable, Hashable {
  /// What the process holds already: the program, the tokenizer, the rows.
  public let resident: Int
  public let weights: Int
  /// One gradient a lane.
  public let gradients: Int
  /// AdamW's two moments.
  public let optimizer: Int
  /// What the backward pass reads of the forward pass, over all threads.
  public let activations: Int
  /// Everything else that passes work in, over all threads.
  public let workspace: Int

  public var total: Int { resident + weights + gradients + optimizer + activations + workspace }

  /// - Parameters:
  ///   - weightBytes: The model as it is in memory.
  ///   - adapter: Where given, it is trained and the model is frozen.
  ///   - resident: What the process holds already.
  public init(
    _ configuration: ModelConfiguration, weightBytes: Int, adapter: LowRankSettings?, _ examples: TrainingExamples,
    _ settings: FineTuningSettings, resident: Int
  ) {
    let layout = ParameterLayout(configuration)
    let adapterCount = adapter.map { LowRankAdapter.weightCount($0, layout) }
    let trained = adapterCount ?? layout.count
    let demand = TrainingDemand(
      TrainingPlan(examples, settings), examples, weightCount: trained, settings.microBatching)
    let workers = min(settings.threads, demand.laneCount)
    self.resident = resident
    weights = weightBytes + 4 * (adapterCount ?? 0)
    gradients = 4 * trained * demand.laneCount
    optimizer = 8 * trained
    activations =
      workers
      * Workspace.activationBytes(configuration, demand.needs, recomputes: settings.recomputesActivations)
    workspace =
      workers
      * (Workspace.scratchBytes(configuration, demand.needs, rank: adapter?.rank ?? 0)
        + LossHead.byteCount(configuration, positions: demand.positionCount))
  }
}
