/// What a run will take, stage by stage, before anything is spent.
public struct RunForecast: Codable, Sendable, Hashable {
  public struct Disk: Codable, Sendable, Hashable {
    /// Bytes of M_1 … M_T.
    public let checkpoints: Span
    /// Bytes of `run.sqlite`.
    public let database: Span
    /// Bytes in the workers' folder: shards of answers, rows, states of training.
    public let workers: Span

    public var total: Span { checkpoints + database + workers }
  }

  public struct Totals: Codable, Sendable, Hashable {
    public let samples: Span
    public let promptTokens: Span
    public let generatedTokens: Span
    public let trainedTokens: Span
    public let seconds: Span
    /// nil without a GPU.
    public let gpuHours: Span?
    public let disk: Disk
    /// For the GPUs or the machine; nil without a price.
    public let machineDollars: Span?
    /// For the answers of a server; nil without prices.
    public let endpointDollars: Span?
    /// nil without any price.
    public let dollars: Span?
  }

  public struct Setting: Codable, Sendable, Hashable {
    public let name: String
    public let value: String
  }

  /// The texts of a split, in tokens.
  public struct Questions: Codable, Sendable, Hashable {
    public let split: String
    public let count: Int
    public let promptTokens: Span
    public let longestPromptTokens: Int
    /// Of the human answers, without the token that closes a row.
    public let answerTokens: Span
    public let longestAnswerTokens: Int
    /// Of prompt and answer together, closed.
    public let longestRowTokens: Int
    /// Where the count and the lengths are from.
    public let source: String
    public let lengthSource: String
  }

  public let questions: [Questions]
  /// What is planned, for the heading.
  public let settings: [Setting]
  public let stages: [StageForecast]
  /// Of the audit and the report at the end, seconds.
  public let auditSeconds: Span
  public let totals: Totals
  public let findings: [PlanFinding]
  public let constants: [PlanConstant]
  public let gpuCount: Int

  public var isPossible: Bool { !findings.contains { $0.gravity == .refused } }
}
