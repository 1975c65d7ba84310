extension AuditResult {
  /// The measures beside pass@1, pass@k and diversity; docs/measures has a page on each.
  public struct Measures: Codable, Sendable, Hashable {
    public let passAtKCrossover: [Crossover]
    public let support: [SupportChange]
    public let coverAtTau: [CoverAtTau]
    public let entropy: [Entropy]
    public let textProfile: [TextProfile]
    public let exploration: [Exploration]
    /// Empty where no problem asks for a program.
    public let distinctPrograms: [DistinctPrograms]
    /// Nil where no training set was given.
    public let trainingDifficulty: TrainingDifficulty?
    /// Nil where no training set was given.
    public let contamination: Contamination?

    public init(
      passAtKCrossover: [Crossover], support: [SupportChange], coverAtTau: [CoverAtTau], entropy: [Entropy],
      textProfile: [TextProfile], exploration: [Exploration], distinctPrograms: [DistinctPrograms],
      trainingDifficulty: TrainingDifficulty?, contamination: Contamination?
    ) {
      self.passAtKCrossover = passAtKCrossover
      self.support = support
      self.coverAtTau = coverAtTau
      self.entropy = entropy
      self.textProfile = textProfile
      self.exploration = exploration
      self.distinctPrograms = distinctPrograms
      self.trainingDifficulty = trainingDifficulty
      self.contamination = contamination
    }

    private enum CodingKeys: String, CodingKey {
      case passAtKCrossover = "pass_at_k_crossover"
      case support
      case coverAtTau = "cover_at_tau"
      case entropy
      case textProfile = "text_profile"
      case exploration
      case distinctPrograms = "distinct_programs"
      case trainingDifficulty = "training_difficulty"
      case contamination
    }
  }
}
