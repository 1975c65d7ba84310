extension AuditResult {
  /// The iteration with the highest pass@1, t*, and what is left of it once the picking is accounted for.
  public struct BestIteration: Codable, Sendable, Hashable {
    public let iteration: Int
    /// pass@1 on the questions that it was picked on: too high by the luck of the draw.
    public let passAt1: Estimate
    /// pass@1 when picked on some questions and evaluated on others.
    public let corrected: Estimate

    public init(iteration: Int, passAt1: Estimate, corrected: Estimate) {
      self.iteration = iteration
      self.passAt1 = passAt1
      self.corrected = corrected
    }

    private enum CodingKeys: String, CodingKey {
      case iteration
      case passAt1 = "pass_at_1"
      case corrected
    }
  }
}

extension KeyedEncodingContainer {
  mutating func encodeIfPresent(_ value: AuditResult.BestIteration?, forKey key: Key) throws {
    try encode(value, forKey: key)
  }
}
