extension AuditResult {
  /// Test questions whose words recur in the training rows.
  public struct Contamination: Codable, Sendable, Hashable {
    public struct PassAt1: Codable, Sendable, Hashable {
      public let iteration: Int
      /// Greedy accuracy on the contaminated questions.
      public let contaminated: Estimate?
      /// Greedy accuracy on all others.
      public let clean: Estimate?
      public init(iteration: Int, contaminated: Estimate?, clean: Estimate?) {
        self.iteration = iteration
        self.contaminated = contaminated
        self.clean = clean
      }
    }

    /// Words in an n-gram.
    public let n: Int
    /// The share of a question's words that must recur for it to count as contaminated.
    public let threshold: Double
    /// Training rows read, of all iterations.
    public let rows: Int
    /// Test questions that were compared.
    public let questions: Int
    /// Test questions too short to be compared.
    public let tooShort: Int
    /// Questions that share any n-gram.
    public let overlapping: Int
    public let contaminated: Int
    /// The contaminated questions, the first thousand in the order of the problems.
    public let problemIDs: [ProblemID]
    /// Share of a question's words that stand in an n-gram of the training rows.
    public let coveredShare: Estimate?
    public let passAt1: [PassAt1]

    public init(
      n: Int, threshold: Double, rows: Int, questions: Int, tooShort: Int, overlapping: Int, contaminated: Int,
      problemIDs: [ProblemID], coveredShare: Estimate?, passAt1: [PassAt1]
    ) {
      self.n = n
      self.threshold = threshold
      self.rows = rows
      self.questions = questions
      self.tooShort = tooShort
      self.overlapping = overlapping
      self.contaminated = contaminated
      self.problemIDs = problemIDs
      self.coveredShare = coveredShare
      self.passAt1 = passAt1
    }

    private enum CodingKeys: String, CodingKey {
      case n, threshold, rows, questions
      case tooShort = "too_short"
      case overlapping, contaminated
      case problemIDs = "problem_ids"
      case coveredShare = "covered_share"
      case passAt1 = "pass_at_1"
    }
  }
}
