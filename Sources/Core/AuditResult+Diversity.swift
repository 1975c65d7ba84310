extension AuditResult {
  public enum Stratum: String, Codable, Sendable, Hashable, CaseIterable { case correct, incorrect }

  public struct Diversity: Codable, Sendable, Hashable {
    public let iteration: Int
    public let stratum: Stratum
    public let distinctN: Estimate?
    public let expectationAdjustedDistinctN: Estimate?
    public let semantic: Estimate?
    public let distinctEquations: Estimate?
    public init(
      iteration: Int, stratum: Stratum, distinctN: Estimate?, expectationAdjustedDistinctN: Estimate?,
      semantic: Estimate?, distinctEquations: Estimate?
    ) {
      self.iteration = iteration
      self.stratum = stratum
      self.distinctN = distinctN
      self.expectationAdjustedDistinctN = expectationAdjustedDistinctN
      self.semantic = semantic
      self.distinctEquations = distinctEquations
    }
    private enum CodingKeys: String, CodingKey {
      case iteration, stratum
      case distinctN = "distinct_n"
      case expectationAdjustedDistinctN = "expectation_adjusted_distinct_n"
      case semantic
      case distinctEquations = "distinct_equations"
    }
  }
}
