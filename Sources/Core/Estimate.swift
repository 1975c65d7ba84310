/// A statistic with its 95 % interval and the number of questions it rests on.
public struct Estimate: Codable, Sendable, Hashable {
  public let estimate: Double
  public let low: Double
  public let high: Double
  public let n: Int

  public init(estimate: Double, low: Double, high: Double, n: Int) {
    self.estimate = estimate
    self.low = low
    self.high = high
    self.n = n
  }
}

// `audit.json` shows an undefined value as an explicit null, where synthesized coding would leave its key out. The
// synthesized `encode(to:)` of the types in this module resolves to these overloads.
extension KeyedEncodingContainer {
  mutating func encodeIfPresent(_ value: Estimate?, forKey key: Key) throws { try encode(value, forKey: key) }

  mutating func encodeIfPresent(_ value: AuditResult.OutOfDistribution?, forKey key: Key) throws {
    try encode(value, forKey: key)
  }
}
