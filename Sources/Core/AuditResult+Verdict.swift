extension AuditResult {
  public struct Verdict: Codable, Sendable, Hashable {
    public enum Overall: String, Codable, Sendable, Hashable, CaseIterable {
      case progress, reversal, regress, inconclusive
    }
    /// What is said beside a verdict without changing it.
    public enum Qualifier: String, Codable, Sendable, Hashable, CaseIterable {
      /// M_1's samples already covered what was gained.
      case sharpening
    }

    public let overall: Overall
    public let qualifiers: [Qualifier]
    /// The version of the rule that decided; nil in a file of before there were versions.
    public let rule: String?
    public let axes: [Axis]
    /// What `sharpening` was judged on, found or not; nil where it could not be judged.
    public let sharpening: Sharpening?

    public init(
      overall: Overall, qualifiers: [Qualifier] = [], rule: String? = nil, axes: [Axis], sharpening: Sharpening? = nil
    ) {
      self.overall = overall
      self.qualifiers = qualifiers
      self.rule = rule
      self.axes = axes
      self.sharpening = sharpening
    }

    private enum CodingKeys: String, CodingKey { case overall, qualifiers, rule, axes, sharpening }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      overall = try container.decode(Overall.self, forKey: .overall)
      qualifiers = try container.decodeIfPresent([Qualifier].self, forKey: .qualifiers) ?? []
      rule = try container.decodeIfPresent(String.self, forKey: .rule)
      axes = try container.decode([Axis].self, forKey: .axes)
      sharpening = try container.decodeIfPresent(Sharpening.self, forKey: .sharpening)
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(overall, forKey: .overall)
      try container.encode(qualifiers, forKey: .qualifiers)
      try container.encode(rule, forKey: .rule)
      try container.encode(axes, forKey: .axes)
      try container.encode(sharpening, forKey: .sharpening)
    }
  }
}
