extension AuditResult {
  /// Exploration and exploitation of one iteration in the manner of B-STaR, with the verifier as reward.
  public struct Exploration: Codable, Sendable, Hashable {
    public let iteration: Int
    /// Correct answers of a question that are wanted at least: n* of the balance score.
    public let target: Int
    /// Exploration: different correct texts of a question.
    public let uniqueCorrect: Estimate?
    /// Exploitation: share of the samples that the reward keeps.
    public let kept: Estimate?
    /// Different texts over all, among a question's kept samples.
    public let uniqueShare: Estimate?
    /// min(unique / target, 1) · unique / kept; 0 for a question of which nothing is kept.
    public let balance: Estimate?

    public init(
      iteration: Int, target: Int, uniqueCorrect: Estimate?, kept: Estimate?, uniqueShare: Estimate?, balance: Estimate?
    ) {
      self.iteration = iteration
      self.target = target
      self.uniqueCorrect = uniqueCorrect
      self.kept = kept
      self.uniqueShare = uniqueShare
      self.balance = balance
    }

    private enum CodingKeys: String, CodingKey {
      case iteration, target
      case uniqueCorrect = "unique_correct"
      case kept
      case uniqueShare = "unique_share"
      case balance
    }
  }
}
