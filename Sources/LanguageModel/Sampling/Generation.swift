/// What to generate for one prompt.
public struct GenerationRequest: Sendable, Hashable {
  /// Names the prompt's random streams: the same id and seed give the same samples in any batch.
  public let id: String
  public let promptTokens: [Int32]
  /// Indices of the samples to draw.
  public let sampleIndices: Range<Int>

  public init(id: String, promptTokens: [Int32], sampleIndices: Range<Int>) {
    self.id = id
    self.promptTokens = promptTokens
    self.sampleIndices = sampleIndices
  }
}

/// How to generate.
public struct GenerationSettings: Sendable, Hashable {
  public var isGreedy: Bool
  public var temperature: Float
  public var topP: Float
  public var maxTokens: Int
  public var stop: [String]
  public var seed: UInt64
  /// Sequences decoded together, over all threads.
  public var batchSize: Int
  public var threads: Int
  /// Never end at an end-of-sequence token: for measuring speed.
  public var ignoresEndOfSequence: Bool

  public init(
    isGreedy: Bool = false, temperature: Float = 0.75, topP: Float = 0.95, maxTokens: Int = 512, stop: [String] = [],
    seed: UInt64 = 0, batchSize: Int = 64, threads: Int = 1, ignoresEndOfSequence: Bool = false
  ) {
    self.isGreedy = isGreedy
    self.temperature = temperature
    self.topP = topP
    self.maxTokens = maxTokens
    self.stop = stop
    self.seed = seed
    self.batchSize = batchSize
    self.threads = threads
    self.ignoresEndOfSequence = ignoresEndOfSequence
  }
}

/// One generated completion.
public struct Generation: Sendable, Hashable {
  public let sampleIndex: Int
  /// The tokens of `text`, and the end-of-sequence token where the model produced it. Tokens that belong to a stop string
  /// are left out.
  public let tokens: [Int32]
  public let text: String
  /// False where the token limit ended it.
  public let isComplete: Bool
  /// Number of tokens the model produced, those of a stop string included.
  public let tokenCount: Int
  /// Sum of log p over all produced tokens at temperature 1 without top-p, natural logarithm.
  public let logProbability: Double
}
