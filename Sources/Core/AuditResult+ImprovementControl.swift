extension AuditResult {
  /// The improvement set of M_t against questions as hard for M_1, and against a second M_1.
  public struct ImprovementControl: Codable, Sendable, Hashable {
    /// pass@k of M_1 on the half of its samples that the matching did not see.
    public struct Matched: Codable, Sendable, Hashable {
      public let k: Int
      public let improved: Estimate?
      /// The control, each question weighted as the improved questions it stands for.
      public let control: Double
      public let difference: Estimate?
      public init(k: Int, improved: Estimate?, control: Double, difference: Estimate?) {
        self.k = k
        self.improved = improved
        self.control = control
        self.difference = difference
      }
    }

    public let iteration: Int
    /// Improved questions that have a control.
    public let matchedQuestions: Int
    /// Improved questions without: no question that neither solves is within 0.1 of M_1's accuracy, or too few samples.
    public let unmatchedQuestions: Int
    /// Questions that neither model solves and that stand for at least one improved question.
    public let controlQuestions: Int
    public let matched: [Matched]
    /// Improved questions minus the second M_1's, over the questions with answers of all three; nil without a second M_1.
    public let excessOverNull: Estimate?
    /// The change in pass@1 from M_1 minus the second M_1's, on the same questions.
    public let changeOverNull: Estimate?

    public init(
      iteration: Int, matchedQuestions: Int, unmatchedQuestions: Int, controlQuestions: Int, matched: [Matched],
      excessOverNull: Estimate?, changeOverNull: Estimate?
    ) {
      self.iteration = iteration
      self.matchedQuestions = matchedQuestions
      self.unmatchedQuestions = unmatchedQuestions
      self.controlQuestions = controlQuestions
      self.matched = matched
      self.excessOverNull = excessOverNull
      self.changeOverNull = changeOverNull
    }

    private enum CodingKeys: String, CodingKey {
      case iteration
      case matchedQuestions = "matched_questions"
      case unmatchedQuestions = "unmatched_questions"
      case controlQuestions = "control_questions"
      case matched
      case excessOverNull = "excess_over_null"
      case changeOverNull = "change_over_null"
    }
  }

  /// A second M_1, trained with another seed, judged as if it were an improvement of M_1.
  public struct NullModel: Codable, Sendable, Hashable {
    public let accuracy: Estimate?
    /// Against M_1, paired.
    public let delta: Estimate?
    /// Questions that it solves greedily and M_1 does not.
    public let size: Int
    public let lostSize: Int
    /// M_1's pass@k on those questions.
    public let firstIterationPassAtK: [KEstimate]

    public init(
      accuracy: Estimate?, delta: Estimate?, size: Int, lostSize: Int, firstIterationPassAtK: [KEstimate]
    ) {
      self.accuracy = accuracy
      self.delta = delta
      self.size = size
      self.lostSize = lostSize
      self.firstIterationPassAtK = firstIterationPassAtK
    }

    private enum CodingKeys: String, CodingKey {
      case accuracy, delta, size
      case lostSize = "lost_size"
      case firstIterationPassAtK = "first_iteration_pass_at_k"
    }
  }
}
