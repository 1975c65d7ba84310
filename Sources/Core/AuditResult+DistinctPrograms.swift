extension AuditResult {
  /// Different programs over all, among a question's sampled programs of a stratum, after normalisation.
  public struct DistinctPrograms: Codable, Sendable, Hashable {
    public let iteration: Int
    public let stratum: Stratum
    public let distinct: Estimate?
    public init(iteration: Int, stratum: Stratum, distinct: Estimate?) {
      self.iteration = iteration
      self.stratum = stratum
      self.distinct = distinct
    }
  }
}
