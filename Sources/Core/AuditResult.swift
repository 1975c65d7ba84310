import Foundation

/// The content of `audit.json`. Fractions, not percent. A statistic that is undefined is null, never 0.
public struct AuditResult: Codable, Sendable, Hashable {
  public let iterations: [Int]
  public let passAt1: [PassAt1]
  /// Nil with fewer than two iterations that have greedy answers, and in a file of before it was measured.
  public let bestIteration: BestIteration?
  public let passAtK: [AtK]
  public let majorityAtK: [AtK]
  public let coverage: Coverage
  public let improvementSet: [ImprovementSet]
  public let diversity: [Diversity]
  public let groups: [Group]
  public let groupDisparity: [GroupDisparity]
  public let outOfDistribution: OutOfDistribution?
  /// Of every answer audited; nil in a file that was written before there were counts.
  public let verdictCounts: [VerdictCounts]?
  public let verdict: Verdict
  /// What was read, where the answers came from files; nil for a run's own.
  public package(set) var input: [Input]?
  /// Nil in a file that was written before there were these measures; `controls` likewise.
  public package(set) var measures: Measures?
  public let controls: Controls?

  public init(
    iterations: [Int], passAt1: [PassAt1], bestIteration: BestIteration? = nil, passAtK: [AtK], majorityAtK: [AtK],
    coverage: Coverage, improvementSet: [ImprovementSet], diversity: [Diversity], groups: [Group],
    groupDisparity: [GroupDisparity],
    outOfDistribution: OutOfDistribution?, verdictCounts: [VerdictCounts]?, verdict: Verdict,
    measures: Measures? = nil, controls: Controls? = nil, input: [Input]? = nil
  ) {
    self.iterations = iterations
    self.passAt1 = passAt1
    self.bestIteration = bestIteration
    self.passAtK = passAtK
    self.majorityAtK = majorityAtK
    self.coverage = coverage
    self.improvementSet = improvementSet
    self.diversity = diversity
    self.groups = groups
    self.groupDisparity = groupDisparity
    self.outOfDistribution = outOfDistribution
    self.verdictCounts = verdictCounts
    self.verdict = verdict
    self.measures = measures
    self.controls = controls
    self.input = input
  }

  /// The same result, with what it was read from.
  public func read(from input: [Input]) -> AuditResult {
    var result = self
    result.input = input
    return result
  }

  private enum CodingKeys: String, CodingKey {
    case iterations
    case passAt1 = "pass_at_1"
    case bestIteration = "best_iteration"
    case passAtK = "pass_at_k"
    case majorityAtK = "majority_at_k"
    case coverage
    case improvementSet = "improvement_set"
    case diversity, groups
    case groupDisparity = "group_disparity"
    case outOfDistribution = "ood"
    case verdictCounts = "verdict_counts"
    case verdict, measures, controls, input
  }

  /// The text of `audit.json`: keys in alphabetical order, undefined values as null, a newline at its end.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: JSONControls.escaped(try encoder.encode(self)), as: UTF8.self) + "\n"
  }
}
