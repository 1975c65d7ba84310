extension AuditResult {
  /// IS(t): questions that M_t solves greedily and M_1 does not.
  public struct ImprovementSet: Codable, Sendable, Hashable {
    public let iteration: Int
    public let size: Int
    /// Questions that M_1 solves greedily and M_t does not.
    public let lostSize: Int
    public let problemIDs: [ProblemID]
    /// M_1's pass@k on IS(t).
    public let firstIterationPassAtK: [KEstimate]
    /// M_1's pass@k on the questions that neither model solves greedily.
    public let controlPassAtK: [KEstimate]
    public init(
      iteration: Int, size: Int, lostSize: Int, problemIDs: [ProblemID], firstIterationPassAtK: [KEstimate],
      controlPassAtK: [KEstimate]
    ) {
      self.iteration = iteration
      self.size = size
      self.lostSize = lostSize
      self.problemIDs = problemIDs
      self.firstIterationPassAtK = firstIterationPassAtK
      self.controlPassAtK = controlPassAtK
    }
    private enum CodingKeys: String, CodingKey {
      case iteration, size
      case lostSize = "lost_size"
      case problemIDs = "problem_ids"
      case firstIterationPassAtK = "first_iteration_pass_at_k"
      case controlPassAtK = "control_pass_at_k"
    }
  }
}
