/// The memory that training takes on one GPU, by its kinds of numbers.
///
/// Weights P, gradients, AdamW's two moments and, in mixed precision, float32 weights: 16 bytes a weight in float32 and in
/// mixed precision, 8 in bfloat16 (Rajbhandari et al., arXiv 1910.02054, section 3.1); shared out over n GPUs by FSDP and
/// DeepSpeed, whole on each with DDP. Activations by what the blocks keep for the backward pass with fused attention, or
/// with recomputation their inputs and one block (Korthikanti et al., arXiv 2205.05198).
public struct TrainingMemory: Sendable, Hashable {
  public let shape: ModelShape
  public let workers: PlannedTrainer.Workers
  /// Tokens of the longest row.
  public let rowTokens: Int
  public let isPreference: Bool
  /// Whether DPO compares with a model of its own in memory.
  public let hasReference: Bool

  /// CUDA's context, NCCL's buffers and what the allocator cannot use.
  public static let reserve = PlanConstant(
    "memory beside the model", Span(3e9, low: 1.5e9, high: 6e9), "bytes a GPU", .assumed,
    "CUDA context, communication buffers and fragments of the allocator")

  public init(
    shape: ModelShape, workers: PlannedTrainer.Workers, rowTokens: Int, isPreference: Bool, hasReference: Bool
  ) {
    self.shape = shape
    self.workers = workers
    self.rowTokens = rowTokens
    self.isPreference = isPreference
    self.hasReference = hasReference
  }

  /// Weights that an adapter of the rank has, on the layers named or on all seven of each block.
  public static func adapterWeights(_ shape: ModelShape, rank: Int, targets: [String]?) -> Double {
    let c = shape.configuration
    let layers: [(name: String, widths: Int)] = [
      ("q_proj", c.hiddenSize + c.queryWidth), ("k_proj", c.hiddenSize + c.keyValueWidth),
      ("v_proj", c.hiddenSize + c.keyValueWidth), ("o_proj", c.queryWidth + c.hiddenSize),
      ("gate_proj", c.hiddenSize + c.intermediateSize), ("up_proj", c.hiddenSize + c.intermediateSize),
      ("down_proj", c.intermediateSize + c.hiddenSize),
    ]
    let widths = layers.filter { targets?.contains($0.name) ?? true }.reduce(0) { $0 + $1.widths }
    return Double(c.layerCount) * Double(rank) * Double(widths)
  }

  private var isSharded: Bool { workers.strategy != .ddp && workers.processes > 1 }

  /// - Parameter available: Of one GPU.
  public func forecast(available: Double?) -> MemoryForecast {
    let bytes = workers.precision.bytes
    let share = isSharded ? Double(workers.processes) : 1
    let all = Double(shape.parameterCount)
    let trained =
      workers.loraRank.map { Self.adapterWeights(shape, rank: $0, targets: workers.loraTargets) } ?? all
    let frozen = workers.loraRank == nil ? 0 : all
    var parts: [MemoryForecast.Part] = [
      .init("weights", (frozen + trained) * bytes.weight / share),
      .init("float32 weights", trained * bytes.master / share),
      .init("gradients", trained * bytes.gradient / share),
      .init("AdamW moments", trained * bytes.moments / share),
    ]
    if hasReference { parts.append(.init("reference model", all * bytes.reference / share)) }
    if isSharded { parts.append(.init("gathered layers", gathered(bytes.weight, bytes.gradient))) }
    parts += [
      .init("activations", activations(bytes.computed)), .init("logits", logits(bytes.computed)),
      .init("beside the model", Self.reserve.value.estimate),
    ]
    return MemoryForecast(workers.usesGPU ? .gpu : .machine, parts, available: available)
  }

  /// Two blocks and the head with the embedding stand whole while they are computed, one block's gradient too.
  private func gathered(_ weight: Double, _ gradient: Double) -> Double {
    let ends = (shape.configuration.tiesEmbeddings ? 1 : 2) * shape.headWeights
    let isFrozen = workers.loraRank != nil
    return weight * (2 * shape.blockWeights + ends)
      + (isFrozen ? 0 : gradient * max(shape.blockWeights, shape.headWeights))
  }

  /// Rows computed at a time, padded to the longest; DPO's pairs are two rows.
  private var tokens: Double { Double(workers.microRows) * (isPreference ? 2 : 1) * Double(rowTokens) }

  /// Numbers that a block keeps of a token: its input and the sum after attention, both normed and in float32 for the norm
  /// (6 of the hidden size in all), queries, keys and values before and after rotation, what attention gives, and four of
  /// the feed-forward width.
  private var blockWidth: Double {
    let c = shape.configuration
    return Double(6 * c.hiddenSize + 3 * c.queryWidth + 3 * c.keyValueWidth + 4 * c.intermediateSize)
  }

  private func activations(_ bytes: Double) -> Double {
    let layers = Double(shape.configuration.layerCount)
    let kept =
      workers.recomputes ? layers * Double(shape.configuration.hiddenSize) + blockWidth : layers * blockWidth
    return tokens * bytes * kept
  }

  /// The logits as they are computed, in float32 for the loss, and their gradient.
  private func logits(_ bytes: Double) -> Double {
    tokens * Double(shape.configuration.vocabularySize) * (bytes + 4 + 4)
  }
}

extension TrainingMemory {
  /// What would make a training fit that does not, the least change first: each with what it takes then.
  public func alternatives(available: Double) -> [(change: String, bytes: Double)] {
    var found: [(String, Double)] = []
    func consider(_ change: String, _ edit: (inout PlannedTrainer.Workers) -> Void) {
      var other = workers
      edit(&other)
      guard other != workers else { return }
      let total = TrainingMemory(
        shape: shape, workers: other, rowTokens: rowTokens, isPreference: isPreference, hasReference: hasReference
      ).forecast(available: available).total
      if total <= available { found.append((change, total)) }
    }
    func frugal(_ workers: inout PlannedTrainer.Workers) {
      workers.microRows = 1
      workers.recomputes = true
    }
    consider("recompute: true") { $0.recomputes = true }
    consider("micro_rows: 1") { $0.microRows = 1 }
    consider("micro_rows: 1 and recompute: true", frugal)
    if workers.strategy == .ddp, workers.processes > 1 {
      consider("strategy: fsdp") { $0.strategy = .fsdp }
      consider("strategy: fsdp, micro_rows: 1 and recompute: true") {
        $0.strategy = .fsdp
        frugal(&$0)
      }
    }
    var more = 2 * min(workers.processes, 1024)
    while found.isEmpty, more <= 1024 {
      consider("strategy: fsdp over \(more) GPUs, micro_rows: 1 and recompute: true") {
        $0.strategy = .fsdp
        $0.processes = more
        frugal(&$0)
      }
      more *= 2
    }
    if workers.loraRank == nil {
      consider("lora: {rank: 16}") { $0.loraRank = 16 }
      if found.last?.0 != "lora: {rank: 16}" {
        consider("lora: {rank: 16}, micro_rows: 1 and recompute: true") {
          $0.loraRank = 16
          frugal(&$0)
        }
      }
    }
    return found
  }
}
