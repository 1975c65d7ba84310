import RunStore

/// What one stage of a run will take.
public struct StageForecast: Codable, Sendable, Hashable {
  /// t of M_t.
  public let iteration: Int
  /// As `reversal status` calls it.
  public let stage: Stage
  /// Questions asked.
  public var questions: Span?
  /// Answers drawn.
  public var samples: Span?
  /// Rows of D_t.
  public var rows: Span?
  /// Optimizer steps.
  public var steps: Span?
  /// Each question's prompt once.
  public var promptTokens: Span?
  public var generatedTokens: Span?
  /// Tokens of all rows over all epochs, without padding.
  public var trainedTokens: Span?
  /// Wall clock, judging and storing included.
  public var seconds = Span.zero
  /// Of `seconds`.
  public var judgingSeconds: Span?
  /// Of all GPUs that are held.
  public var gpuHours: Span?
  public var memory: MemoryForecast?
  /// What a server charges.
  public var endpointDollars: Span?
  /// How the numbers were computed, a line each.
  public var working: [String] = []

  init(_ key: StageKey) {
    iteration = key.iteration
    stage = key.stage
  }
}
