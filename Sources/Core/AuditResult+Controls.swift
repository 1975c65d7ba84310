extension AuditResult {
  /// What the measures look like where nothing was learned; docs/measures/controls.md.
  public struct Controls: Codable, Sendable, Hashable {
    /// One entry a later iteration with greedy answers.
    public let improvement: [ImprovementControl]
    /// A second M_1 against M_1; nil where none was given.
    public let null: NullModel?
    public let matchedDiversity: [MatchedDiversity]
    /// Nil where no problem offers choices.
    public let chance: ChanceLine?

    public init(
      improvement: [ImprovementControl], null: NullModel?, matchedDiversity: [MatchedDiversity], chance: ChanceLine?
    ) {
      self.improvement = improvement
      self.null = null
      self.matchedDiversity = matchedDiversity
      self.chance = chance
    }

    private enum CodingKeys: String, CodingKey {
      case improvement
      case null
      case matchedDiversity = "matched_diversity"
      case chance
    }
  }
}
