extension AuditResult {
  /// The form of an iteration's sampled answers, whatever they say: means over questions of the mean over a question's samples.
  public struct TextProfile: Codable, Sendable, Hashable {
    public let iteration: Int
    public let stratum: Stratum
    /// Word tokens, as the diversity measures cut them.
    public let wordTokens: Estimate?
    /// The model's own tokens; nil where the samples came without counts.
    public let modelTokens: Estimate?
    /// Share of a text's 4-grams that occurred in it before, of texts that have any.
    public let repetition: Estimate?
    /// Share of samples that the token limit cut off, of those that say why they ended.
    public let truncated: Estimate?

    public init(
      iteration: Int, stratum: Stratum, wordTokens: Estimate?, modelTokens: Estimate?, repetition: Estimate?,
      truncated: Estimate?
    ) {
      self.iteration = iteration
      self.stratum = stratum
      self.wordTokens = wordTokens
      self.modelTokens = modelTokens
      self.repetition = repetition
      self.truncated = truncated
    }

    private enum CodingKeys: String, CodingKey {
      case iteration, stratum
      case wordTokens = "word_tokens"
      case modelTokens = "model_tokens"
      case repetition, truncated
    }
  }
}
