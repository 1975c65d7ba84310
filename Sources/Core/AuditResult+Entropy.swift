extension AuditResult {
  /// How spread a question's answers are, and how uncertain the model is of each token. Entropies in nats.
  public struct Entropy: Codable, Sendable, Hashable {
    public let iteration: Int
    /// Plug-in entropy of a question's readable final answers.
    public let answerEntropy: Estimate?
    /// The same with Miller and Madow's correction.
    public let correctedAnswerEntropy: Estimate?
    /// Of the corrected entropy from iteration 1, paired over questions; nil at iteration 1.
    public let correctedAnswerEntropyChange: Estimate?
    /// Different final answers of a question; all correct ones are one.
    public let distinctAnswers: Estimate?
    /// Different over all, among a question's wrong answers, where it has two or more.
    public let distinctWrongShare: Estimate?
    /// −log P a token, at temperature 1; nil without log-probabilities and token counts.
    public let tokenEntropy: Estimate?
    public let tokenEntropyChange: Estimate?

    public init(
      iteration: Int, answerEntropy: Estimate?, correctedAnswerEntropy: Estimate?,
      correctedAnswerEntropyChange: Estimate?, distinctAnswers: Estimate?, distinctWrongShare: Estimate?,
      tokenEntropy: Estimate?, tokenEntropyChange: Estimate?
    ) {
      self.iteration = iteration
      self.answerEntropy = answerEntropy
      self.correctedAnswerEntropy = correctedAnswerEntropy
      self.correctedAnswerEntropyChange = correctedAnswerEntropyChange
      self.distinctAnswers = distinctAnswers
      self.distinctWrongShare = distinctWrongShare
      self.tokenEntropy = tokenEntropy
      self.tokenEntropyChange = tokenEntropyChange
    }

    private enum CodingKeys: String, CodingKey {
      case iteration
      case answerEntropy = "answer_entropy"
      case correctedAnswerEntropy = "answer_entropy_corrected"
      case correctedAnswerEntropyChange = "answer_entropy_corrected_change"
      case distinctAnswers = "distinct_answers"
      case distinctWrongShare = "distinct_wrong_share"
      case tokenEntropy = "token_entropy"
      case tokenEntropyChange = "token_entropy_change"
    }
  }
}
