extension AuditResult {
  public struct Group: Codable, Sendable, Hashable {
    public let iteration: Int
    public let group: String
    public let accuracy: Estimate?
    public init(iteration: Int, group: String, accuracy: Estimate?) {
      self.iteration = iteration
      self.group = group
      self.accuracy = accuracy
    }
  }

  public struct GroupDisparity: Codable, Sendable, Hashable {
    public let iteration: Int
    /// (accuracy of the easiest group − of the hardest) / of the easiest; nil where the easiest is 0.
    public let estimate: Estimate?
    public init(iteration: Int, estimate: Estimate?) {
      self.iteration = iteration
      self.estimate = estimate
    }
  }

  public struct OutOfDistribution: Codable, Sendable, Hashable {
    public let passAt1: [PassAt1]
    public let groups: [Group]
    public let groupDisparity: [GroupDisparity]
    public let verdictCounts: [VerdictCounts]?
    public init(
      passAt1: [PassAt1], groups: [Group], groupDisparity: [GroupDisparity], verdictCounts: [VerdictCounts]?
    ) {
      self.passAt1 = passAt1
      self.groups = groups
      self.groupDisparity = groupDisparity
      self.verdictCounts = verdictCounts
    }
    private enum CodingKeys: String, CodingKey {
      case passAt1 = "pass_at_1"
      case groups
      case groupDisparity = "group_disparity"
      case verdictCounts = "verdict_counts"
    }
  }
}
