extension AuditResult {
  public struct PassAt1: Codable, Sendable, Hashable {
    public let iteration: Int
    public let accuracy: Estimate?
    /// Against iteration 1, paired over questions; nil at iteration 1 itself.
    public let delta: Estimate?
    public init(iteration: Int, accuracy: Estimate?, delta: Estimate?) {
      self.iteration = iteration
      self.accuracy = accuracy
      self.delta = delta
    }
  }

  /// pass@k or majority@k of one iteration.
  public struct AtK: Codable, Sendable, Hashable {
    public let iteration: Int
    public let k: Int
    public let estimate: Estimate?
    public init(iteration: Int, k: Int, estimate: Estimate?) {
      self.iteration = iteration
      self.k = k
      self.estimate = estimate
    }
  }

  public struct KEstimate: Codable, Sendable, Hashable {
    public let k: Int
    public let estimate: Estimate?
    public init(k: Int, estimate: Estimate?) {
      self.k = k
      self.estimate = estimate
    }
  }

  public struct Coverage: Codable, Sendable, Hashable {
    /// Share of correct answers among M_1's samples, averaged over the questions.
    public let meanCorrect: Estimate?
    /// Share of questions with at least one correct sample.
    public let solvable: Estimate?
    /// The paper's rule: above 0.5 `dpo`, otherwise `sft`.
    public let recommendedMethod: String?
    public init(meanCorrect: Estimate?, solvable: Estimate?, recommendedMethod: String?) {
      self.meanCorrect = meanCorrect
      self.solvable = solvable
      self.recommendedMethod = recommendedMethod
    }

    private enum CodingKeys: String, CodingKey {
      case meanCorrect = "mean_correct"
      case solvable
      case recommendedMethod = "recommended_method"
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(meanCorrect, forKey: .meanCorrect)
      try container.encode(solvable, forKey: .solvable)
      try container.encode(recommendedMethod, forKey: .recommendedMethod)
    }
  }
}
