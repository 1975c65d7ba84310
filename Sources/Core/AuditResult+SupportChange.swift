extension AuditResult {
  /// Questions by which of M_1 and M_t has a correct answer among equally many samples.
  public struct SupportChange: Codable, Sendable, Hashable {
    /// A number of questions, and its share of the questions compared.
    public struct Part: Codable, Sendable, Hashable {
      public let count: Int
      public let share: Estimate?
      public init(count: Int, share: Estimate?) {
        self.count = count
        self.share = share
      }
    }

    public let iteration: Int
    /// Solved by both.
    public let preserved: Part
    /// Solved by M_t alone.
    public let expanded: Part
    /// Solved by M_1 alone.
    public let lost: Part
    /// Solved by neither.
    public let outOfReach: Part
    /// The share that would be expanded, and the share that would be lost, if the two models' samples were exchangeable.
    public let byChance: Estimate?
    /// Support retention rate, preserved / (preserved + lost).
    public let retentionRate: Estimate?
    /// Net discovery rate, expanded / (preserved + expanded).
    public let discoveryRate: Estimate?
    /// Support dynamic score, the harmonic mean of the two rates.
    public let dynamicScore: Estimate?
    /// Net support change rate, (expanded − lost) / (preserved + expanded + lost).
    public let netChangeRate: Estimate?

    public init(
      iteration: Int, preserved: Part, expanded: Part, lost: Part, outOfReach: Part, byChance: Estimate?,
      retentionRate: Estimate?, discoveryRate: Estimate?, dynamicScore: Estimate?, netChangeRate: Estimate?
    ) {
      self.iteration = iteration
      self.preserved = preserved
      self.expanded = expanded
      self.lost = lost
      self.outOfReach = outOfReach
      self.byChance = byChance
      self.retentionRate = retentionRate
      self.discoveryRate = discoveryRate
      self.dynamicScore = dynamicScore
      self.netChangeRate = netChangeRate
    }

    private enum CodingKeys: String, CodingKey {
      case iteration, preserved, expanded, lost
      case outOfReach = "out_of_reach"
      case byChance = "by_chance"
      case retentionRate = "support_retention_rate"
      case discoveryRate = "net_discovery_rate"
      case dynamicScore = "support_dynamic_score"
      case netChangeRate = "net_support_change_rate"
    }
  }
}
