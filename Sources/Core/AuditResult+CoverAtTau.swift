extension AuditResult {
  /// The share of questions of which at least a share τ of the samples is correct.
  public struct CoverAtTau: Codable, Sendable, Hashable {
    public let iteration: Int
    public let tau: Double
    public let estimate: Estimate?
    public init(iteration: Int, tau: Double, estimate: Estimate?) {
      self.iteration = iteration
      self.tau = tau
      self.estimate = estimate
    }
  }
}
