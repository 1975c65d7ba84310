/// What trains, as far as a plan needs to know it.
public enum PlannedTrainer: Sendable, Hashable {
  case native
  case workers(Workers)

  /// In which types the numbers of a training are kept.
  public enum Precision: String, Codable, Sendable, Hashable {
    case float32
    /// Weights, gradients and both moments in bfloat16.
    case bfloat16
    /// Computed in bfloat16, with weights and both moments in float32 behind it.
    case mixed
  }

  public enum Strategy: String, Codable, Sendable, Hashable {
    /// Every process keeps all of it.
    case ddp
    /// Weights, gradients and moments are shared out over the processes.
    case fsdp, deepspeed
  }

  /// TRL in so many processes, each with a GPU or a share of the processors.
  public struct Workers: Sendable, Hashable {
    public var usesGPU: Bool
    public var processes: Int
    public var precision: Precision
    public var strategy: Strategy
    /// Rows that a process computes at a time.
    public var microRows: Int
    public var recomputes: Bool
    /// Of an adapter; nil trains all weights.
    public var loraRank: Int?
    /// Layers of a block that the adapter is on; nil for all seven.
    public var loraTargets: [String]?
    /// Steps between two states; 0 keeps none.
    public var saveEvery: Int
    /// Rows a step of supervised training; nil for as many as the tokens of a batch are on average.
    public var batchRows: Int?
    /// Whether Ray starts them.
    public var usesRay: Bool

    public init(
      usesGPU: Bool = true, processes: Int = 1, precision: Precision = .mixed, strategy: Strategy = .fsdp,
      microRows: Int = 4, recomputes: Bool = true, loraRank: Int? = nil, loraTargets: [String]? = nil,
      saveEvery: Int = 0, batchRows: Int? = nil, usesRay: Bool = true
    ) {
      self.usesGPU = usesGPU
      self.processes = processes
      self.precision = precision
      self.strategy = strategy
      self.microRows = microRows
      self.recomputes = recomputes
      self.loraRank = loraRank
      self.loraTargets = loraTargets
      self.saveEvery = saveEvery
      self.batchRows = batchRows
      self.usesRay = usesRay
    }
  }

  /// GPUs that it keeps.
  var gpuCount: Int {
    guard case .workers(let workers) = self, workers.usesGPU else { return 0 }
    return workers.processes
  }
}

extension PlannedTrainer.Precision {
  /// Bytes that a weight takes of the kinds of numbers, and a number that is computed with. A frozen reference is kept as the
  /// weights are read, in float32 under mixed precision.
  var bytes: (weight: Double, master: Double, gradient: Double, moments: Double, reference: Double, computed: Double) {
    switch self {
    case .float32: (4, 0, 4, 8, 4, 4)
    case .bfloat16: (2, 0, 2, 4, 2, 2)
    case .mixed: (2, 4, 2, 8, 4, 2)
    }
  }

  /// Bytes of a weight in a written model.
  var storedBytes: Double { self == .bfloat16 ? 2 : 4 }
}
