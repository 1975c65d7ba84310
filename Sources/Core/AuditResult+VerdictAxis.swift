extension AuditResult.Verdict {
  /// One measure of one later iteration, compared with iteration 1.
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
    /// Whether "no change" is shown; nil where nothing could be compared, and in a file of before this was tested.
    public let equivalence: Equivalence?
    /// What the test could have found; nil likewise.
    public let detectableEffect: DetectableEffect?

    public init(
      axis: String, iteration: Int, effect: Estimate?, verdict: Finding, adjustedP: Double?,
      equivalence: Equivalence? = nil, detectableEffect: DetectableEffect? = nil
    ) {
      self.axis = axis
      self.iteration = iteration
      self.effect = effect
      self.verdict = verdict
      self.adjustedP = adjustedP
      self.equivalence = equivalence
      self.detectableEffect = detectableEffect
    }

    private enum CodingKeys: String, CodingKey {
      case axis, iteration, effect, verdict
      case adjustedP = "adjusted_p"
      case equivalence
      case detectableEffect = "detectable_effect"
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(axis, forKey: .axis)
      try container.encode(iteration, forKey: .iteration)
      try container.encode(effect, forKey: .effect)
      try container.encode(verdict, forKey: .verdict)
      try container.encode(adjustedP, forKey: .adjustedP)
      try container.encode(equivalence, forKey: .equivalence)
      try container.encode(detectableEffect, forKey: .detectableEffect)
    }
  }

  /// The test that a change is smaller than a margin fixed beforehand.
  public struct Equivalence: Codable, Sendable, Hashable {
    public let margin: Double
    /// Of two one-sided tests, Holm-corrected over all axes and iterations of the audit.
    public let adjustedP: Double
    /// Whether the change is shown to lie within ± the margin.
    public let isShown: Bool

    public init(margin: Double, adjustedP: Double, isShown: Bool) {
      self.margin = margin
      self.adjustedP = adjustedP
      self.isShown = isShown
    }

    private enum CodingKeys: String, CodingKey {
      case margin
      case adjustedP = "adjusted_p"
      case isShown = "shown"
    }
  }

  /// The smallest change that is found with probability 0.8; nil where the questions at hand can show none.
  public struct DetectableEffect: Codable, Sendable, Hashable {
    /// At the level that Holm's correction asks of a change that stands alone among those tested.
    public let corrected: Double?
    /// At the level 0.05, as if nothing else were tested.
    public let single: Double?

    public init(corrected: Double?, single: Double?) {
      self.corrected = corrected
      self.single = single
    }

    private enum CodingKeys: String, CodingKey { case corrected, single }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(corrected, forKey: .corrected)
      try container.encode(single, forKey: .single)
    }
  }

  /// M_1's coverage of what the last iteration gained, beside that of the questions which neither solves.
  public struct Sharpening: Codable, Sendable, Hashable {
    public let k: Int
    /// M_1's pass@k on the improvement set.
    public let improvementSet: Estimate
    /// M_1's pass@k on the questions that neither model solves greedily; nil where there is none.
    public let control: Estimate?
    /// What the lower end of the first must reach.
    public let required: Double
    public let isFound: Bool

    public init(k: Int, improvementSet: Estimate, control: Estimate?, required: Double, isFound: Bool) {
      self.k = k
      self.improvementSet = improvementSet
      self.control = control
      self.required = required
      self.isFound = isFound
    }

    private enum CodingKeys: String, CodingKey {
      case k
      case improvementSet = "improvement_set"
      case control, required
      case isFound = "found"
    }
  }
}
