extension AuditResult {
  /// Diversity of M_1 and M_t on the same questions, from equally many answers of the stratum.
  public struct MatchedDiversity: Codable, Sendable, Hashable {
    public let iteration: Int
    public let stratum: Stratum
    /// `distinct_n`, `expectation_adjusted_distinct_n`, `distinct_equations`, or `distinct_n_equal_length`.
    public let measure: String
    /// Mean over the questions compared.
    public let first: Double
    public let later: Double
    /// Later minus first.
    public let difference: Estimate?

    public init(
      iteration: Int, stratum: Stratum, measure: String, first: Double, later: Double, difference: Estimate?
    ) {
      self.iteration = iteration
      self.stratum = stratum
      self.measure = measure
      self.first = first
      self.later = later
      self.difference = difference
    }
  }
}
