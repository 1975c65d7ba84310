extension AuditResult {
  public struct Verdict: Codable, Sendable, Hashable {
    public enum Overall: String, Codable, Sendable, Hashable, CaseIterable {
      case progress, reversal, regress, inconclusive
    }
    public struct Axis: Codable, Sendable, Hashable {
      public enum Finding: String, Codable, Sendable, Hashable { case better, worse, inconclusive }
      /// `pass_at_1`, `distinct_n_correct`, `ood_pass_at_1`, … (design/002-verdict-rule.md lists them).
      public let axis: String
      public let iteration: Int
      /// The change from iteration 1.
      public let effect: Estimate?
      public let verdict: Finding
      /// Two-sided p, Holm-corrected over all axes and iterations of the audit; nil where nothing could be compared.
      public let adjustedP: Double?
      public init(axis: String, iteration: Int, effect: Estimate?, verdict: Finding, adjustedP: Double?) {
        self.axis = axis
        self.iteration = iteration
        self.effect = effect
        self.verdict = verdict
        self.adjustedP = adjustedP
      }
      private enum CodingKeys: String, CodingKey {
        case axis, iteration, effect, verdict
        case adjustedP = "adjusted_p"
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(axis, forKey: .axis)
        try container.encode(iteration, forKey: .iteration)
        try container.encode(effect, forKey: .effect)
        try container.encode(verdict, forKey: .verdict)
        try container.encode(adjustedP, forKey: .adjustedP)
      }
    }
    public let overall: Overall
    public let axes: [Axis]
    public init(overall: Overall, axes: [Axis]) {
      self.overall = overall
      self.axes = axes
    }
  }
}
