/// What the pretraining documents are made of. Weights are relative numbers of documents.
public struct PretrainingMixture: Codable, Sendable, Hashable {
  /// Bare calculations: `12+30=42`, `<<48/2=24>>24`.
  public var equations: Double
  /// Plain sentences, which hold every word that any question uses.
  public var stories: Double
  /// Sentences that state a sum: `Amy has 12 pens and gets 3 more, so now she has 15 pens.`
  public var inlineSums: Double
  /// Question–answer pairs in the prompt format.
  public var questions: Double
  /// Of the question–answer pairs by level, Level 1 first.
  public var levels: [Double]
  /// Share of the solutions with a mistake, carried on to a wrong answer.
  public var corruptedShare: Double

  public init(
    equations: Double, stories: Double, inlineSums: Double, questions: Double, levels: [Double],
    corruptedShare: Double
  ) {
    self.equations = equations
    self.stories = stories
    self.inlineSums = inlineSums
    self.questions = questions
    self.levels = levels
    self.corruptedShare = corruptedShare
  }

  /// The first documents: calculations, and questions of Levels 1 to 3.
  public static let early = PretrainingMixture(
    equations: 0.4, stories: 0.1, inlineSums: 0.25, questions: 0.25, levels: [0.5, 0.35, 0.15, 0, 0],
    corruptedShare: 0.15)

  /// The last documents: mostly questions of all levels.
  public static let late = PretrainingMixture(
    equations: 0.1, stories: 0.05, inlineSums: 0.1, questions: 0.75, levels: [0.2, 0.2, 0.2, 0.2, 0.2],
    corruptedShare: 0.2)

  /// The mixture at `fraction` (0 … 1) of the way from this one to `end`.
  func mixed(with end: PretrainingMixture, fraction: Double) -> PretrainingMixture {
    func mix(_ path: KeyPath<PretrainingMixture, Double>) -> Double {
      self[keyPath: path] * (1 - fraction) + end[keyPath: path] * fraction
    }
    return PretrainingMixture(
      equations: mix(\.equations), stories: mix(\.stories), inlineSums: mix(\.inlineSums), questions: mix(\.questions),
      levels: zip(levels, end.levels).map { $0 * (1 - fraction) + $1 * fraction },
      corruptedShare: mix(\.corruptedShare))
  }
}
