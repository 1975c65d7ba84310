/// The memory of a copy of the model that answers on GPUs, and how many sequences its keys and values have room for.
///
/// vLLM takes a fixed share of the GPU and gives to keys and values what weights and workspace leave (Kwon et al.,
/// arXiv 2309.06180).
public struct ServingMemory: Sendable, Hashable {
  public let shape: ModelShape
  public let workers: PlannedSampler.Workers
  public let gpuBytes: Double

  public static let workspace = PlanConstant(
    "workspace of a serving copy", Span(2e9, low: 1e9, high: 5e9), "bytes a GPU", .assumed,
    "activations of a prefill and CUDA graphs")

  public init(shape: ModelShape, workers: PlannedSampler.Workers, gpuBytes: Double) {
    self.shape = shape
    self.workers = workers
    self.gpuBytes = gpuBytes
  }

  private var weightBytes: Double {
    Double(shape.parameterCount) * workers.bytesPerWeight / Double(workers.gpusPerCopy)
  }

  private var keyValueBytesPerToken: Double {
    shape.keyValueBytes(bytesPerNumber: workers.bytesPerWeight) / Double(workers.gpusPerCopy)
  }

  /// Tokens whose keys and values a copy has room for.
  public var tokenCapacity: Double {
    let room: Double
    switch workers.backend {
    case .vllm: room = workers.memoryShare * gpuBytes - weightBytes - Self.workspace.value.estimate
    case .transformers: room = gpuBytes - weightBytes - Self.workspace.value.estimate
    }
    return max(0, room / keyValueBytesPerToken)
  }

  /// Sequences that are decoded together.
  ///
  /// - Parameter tokens: Of a sequence with its prompt, on average; a prompt that several share counts with each.
  public func sequences(tokens: Double) -> Double {
    max(1, min(Double(workers.sequences), Double(workers.shardSamples), tokenCapacity / max(1, tokens)))
  }

  /// - Parameters:
  ///   - longest: Tokens of the longest sequence there may be, which must fit.
  ///   - mean: Of a sequence, on average.
  public func forecast(longest: Double, mean: Double) -> MemoryForecast {
    let least = longest * keyValueBytesPerToken
    let used: Double
    switch workers.backend {
    case .vllm: used = max(least, tokenCapacity * keyValueBytesPerToken)
    case .transformers: used = max(least, sequences(tokens: mean) * longest * keyValueBytesPerToken)
    }
    return MemoryForecast(
      .gpu,
      [
        .init("weights", weightBytes), .init("keys and values", used),
        .init("workspace", Self.workspace.value.estimate),
      ], available: workers.backend == .vllm ? workers.memoryShare * gpuBytes : gpuBytes,
      isReserved: workers.backend == .vllm)
  }
}
