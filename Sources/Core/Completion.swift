/// How a completion was drawn from the model.
public enum Decoding: String, Codable, Sendable, Hashable {
  case greedy, sampled
}

/// Why a completion ended.
public enum FinishReason: String, Codable, Sendable, Hashable {
  /// The model ended it: an end-of-sequence token or a stop string.
  case stop
  /// The token limit cut it off.
  case length
}

/// One answer of a model to one problem.
///
/// Its JSON form is the public sample format: `problem_id`, `sample_index`, `decoding`, `completion`; the other fields
/// are absent where another tool wrote the sample.
public struct Completion: Codable, Sendable, Hashable {
  public let problemID: ProblemID
  /// 0 ..< N within a problem and decoding.
  public let sampleIndex: Int
  public let decoding: Decoding
  /// The text after the prompt, without the stop string or the end-of-sequence token.
  public let text: String
  /// The sampled tokens, the closing end-of-sequence token included when the model produced it. Training uses these and
  /// never tokenises the text again.
  public let tokenIDs: [Int]?
  public let finishReason: FinishReason?
  public let tokenCount: Int?
  /// Sum over the sampled tokens, natural logarithm, at temperature 1 and without top-p.
  public let logProbability: Double?

  public init(
    problemID: ProblemID, sampleIndex: Int, decoding: Decoding, text: String, tokenIDs: [Int]? = nil,
    finishReason: FinishReason? = nil, tokenCount: Int? = nil, logProbability: Double? = nil
  ) {
    self.problemID = problemID
    self.sampleIndex = sampleIndex
    self.decoding = decoding
    self.text = text
    self.tokenIDs = tokenIDs
    self.finishReason = finishReason
    self.tokenCount = tokenCount
    self.logProbability = logProbability
  }

  private enum CodingKeys: String, CodingKey {
    case problemID = "problem_id"
    case sampleIndex = "sample_index"
    case decoding
    case text = "completion"
    case tokenIDs = "token_ids"
    case finishReason = "finish_reason"
    case tokenCount = "token_count"
    case logProbability = "log_probability"
  }
}
