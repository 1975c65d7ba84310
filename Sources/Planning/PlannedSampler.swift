/// What answers questions, as far as a plan needs to know it.
public enum PlannedSampler: Sendable, Hashable {
  /// The embedded engine, so many sequences at a time.
  case native(batchSize: Int)
  case workers(Workers)
  case endpoint(Endpoint)

  /// Questions of one call of the embedded engine, and of one job of workers: what their samplers ask for.
  package static let nativeQuestionsPerCall = 128
  package static let workerQuestionsPerCall = 2_048

  /// Copies of the model on GPUs or processors.
  public struct Workers: Sendable, Hashable {
    public enum Backend: String, Codable, Sendable, Hashable {
      case vllm, transformers
    }

    public var backend: Backend
    public var usesGPU: Bool
    /// Copies of the model.
    public var copies: Int
    /// GPUs that a copy is spread over.
    public var gpusPerCopy: Int
    public var bytesPerWeight: Double
    /// Sequences that a copy decodes together at most.
    public var sequences: Int
    /// Share of a GPU's memory that vLLM takes.
    public var memoryShare: Double
    /// Samples that a copy is handed at a time; it waits for the last one before it takes more.
    public var shardSamples: Int
    /// Questions that are asked before anything is judged and stored; workers are started for each such call.
    public var questionsPerCall: Int
    /// Whether Ray starts them.
    public var usesRay: Bool

    public init(
      backend: Backend = .vllm, usesGPU: Bool = true, copies: Int = 1, gpusPerCopy: Int = 1,
      bytesPerWeight: Double = 2, sequences: Int = 256, memoryShare: Double = 0.9, shardSamples: Int = 4096,
      questionsPerCall: Int = .max, usesRay: Bool = true
    ) {
      self.backend = backend
      self.usesGPU = usesGPU
      self.copies = copies
      self.gpusPerCopy = gpusPerCopy
      self.bytesPerWeight = bytesPerWeight
      self.sequences = sequences
      self.memoryShare = memoryShare
      self.shardSamples = shardSamples
      self.questionsPerCall = questionsPerCall
      self.usesRay = usesRay
    }
  }

  /// A server with OpenAI's interface.
  public struct Endpoint: Sendable, Hashable {
    /// Requests under way at a time.
    public var concurrency: Int
    /// Dollars a million tokens; nil where the file names none.
    public var promptPerMillion: Double?
    public var completionPerMillion: Double?
    public var budgetTokens: Int?
    public var budgetDollars: Double?

    public init(
      concurrency: Int = 64, promptPerMillion: Double? = nil, completionPerMillion: Double? = nil,
      budgetTokens: Int? = nil, budgetDollars: Double? = nil
    ) {
      self.concurrency = concurrency
      self.promptPerMillion = promptPerMillion
      self.completionPerMillion = completionPerMillion
      self.budgetTokens = budgetTokens
      self.budgetDollars = budgetDollars
    }
  }

  /// GPUs that it keeps.
  var gpuCount: Int {
    guard case .workers(let workers) = self, workers.usesGPU else { return 0 }
    return workers.copies * workers.gpusPerCopy
  }
}
