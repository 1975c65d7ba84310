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

/// The content of `audit.json`. Fractions, not percent. A statistic that is undefined is null, never 0.
public struct AuditResult: Codable, Sendable, Hashable {
  public struct PassAt1: Codable, Sendable, Hashable {
    public let iteration: Int
    public let accuracy: Estimate?
    /// Against iteration 1, paired over questions; nil at iteration 1 itself.
    public let delta: Estimate?
    public init(iteration: Int, accuracy: Estimate?, delta: Estimate?) {
      self.iteration = iteration
      self.accuracy = accuracy
      self.delta = delta
    }
  }

  /// pass@k or majority@k of one iteration.
  public struct AtK: Codable, Sendable, Hashable {
    public let iteration: Int
    public let k: Int
    public let estimate: Estimate?
    public init(iteration: Int, k: Int, estimate: Estimate?) {
      self.iteration = iteration
      self.k = k
      self.estimate = estimate
    }
  }

  public struct KEstimate: Codable, Sendable, Hashable {
    public let k: Int
    public let estimate: Estimate?
    public init(k: Int, estimate: Estimate?) {
      self.k = k
      self.estimate = estimate
    }
  }

  public struct Coverage: Codable, Sendable, Hashable {
    /// Share of correct answers among M_1's samples, averaged over the questions.
    public let meanCorrect: Estimate?
    /// Share of questions with at least one correct sample.
    public let solvable: Estimate?
    /// The paper's rule: above 0.5 `dpo`, otherwise `sft`.
    public let recommendedMethod: String?
    public init(meanCorrect: Estimate?, solvable: Estimate?, recommendedMethod: String?) {
      self.meanCorrect = meanCorrect
      self.solvable = solvable
      self.recommendedMethod = recommendedMethod
    }
  }

  /// IS(t): questions that M_t solves greedily and M_1 does not.
  public struct ImprovementSet: Codable, Sendable, Hashable {
    public let iteration: Int
    public let size: Int
    /// Questions that M_1 solves greedily and M_t does not.
    public let lostSize: Int
    public let problemIDs: [ProblemID]
    /// M_1's pass@k on IS(t).
    public let firstIterationPassAtK: [KEstimate]
    /// M_1's pass@k on the questions that neither model solves greedily.
    public let controlPassAtK: [KEstimate]
    public init(
      iteration: Int, size: Int, lostSize: Int, problemIDs: [ProblemID], firstIterationPassAtK: [KEstimate],
      controlPassAtK: [KEstimate]
    ) {
      self.iteration = iteration
      self.size = size
      self.lostSize = lostSize
      self.problemIDs = problemIDs
      self.firstIterationPassAtK = firstIterationPassAtK
      self.controlPassAtK = controlPassAtK
    }
    private enum CodingKeys: String, CodingKey {
      case iteration, size
      case lostSize = "lost_size"
      case problemIDs = "problem_ids"
      case firstIterationPassAtK = "first_iteration_pass_at_k"
      case controlPassAtK = "control_pass_at_k"
    }
  }

  public enum Stratum: String, Codable, Sendable, Hashable, CaseIterable { case correct, incorrect }

  public struct Diversity: Codable, Sendable, Hashable {
    public let iteration: Int
    public let stratum: Stratum
    public let distinctN: Estimate?
    public let expectationAdjustedDistinctN: Estimate?
    public let semantic: Estimate?
    public let distinctEquations: Estimate?
    public init(
      iteration: Int, stratum: Stratum, distinctN: Estimate?, expectationAdjustedDistinctN: Estimate?,
      semantic: Estimate?, distinctEquations: Estimate?
    ) {
      self.iteration = iteration
      self.stratum = stratum
      self.distinctN = distinctN
      self.expectationAdjustedDistinctN = expectationAdjustedDistinctN
      self.semantic = semantic
      self.distinctEquations = distinctEquations
    }
    private enum CodingKeys: String, CodingKey {
      case iteration, stratum
      case distinctN = "distinct_n"
      case expectationAdjustedDistinctN = "expectation_adjusted_distinct_n"
      case semantic
      case distinctEquations = "distinct_equations"
    }
  }

  public struct Group: Codable, Sendable, Hashable {
    public let iteration: Int
    public let group: String
    public let accuracy: Estimate?
    public init(iteration: Int, group: String, accuracy: Estimate?) {
      self.iteration = iteration
      self.group = group
      self.accuracy = accuracy
    }
  }

  public struct GroupDisparity: Codable, Sendable, Hashable {
    public let iteration: Int
    /// (accuracy of the easiest group − of the hardest) / of the easiest; nil where the easiest is 0.
    public let estimate: Estimate?
    public init(iteration: Int, estimate: Estimate?) {
      self.iteration = iteration
      self.estimate = estimate
    }
  }

  public struct OutOfDistribution: Codable, Sendable, Hashable {
    public let passAt1: [PassAt1]
    public let groups: [Group]
    public let groupDisparity: [GroupDisparity]
    public init(passAt1: [PassAt1], groups: [Group], groupDisparity: [GroupDisparity]) {
      self.passAt1 = passAt1
      self.groups = groups
      self.groupDisparity = groupDisparity
    }
    private enum CodingKeys: String, CodingKey {
      case passAt1 = "pass_at_1"
      case groups
      case groupDisparity = "group_disparity"
    }
  }

  public struct Verdict: Codable, Sendable, Hashable {
    public enum Overall: String, Codable, Sendable, Hashable, CaseIterable {
      case progress, reversal, regress, inconclusive
    }
    public struct Axis: Codable, Sendable, Hashable {
      public enum Finding: String, Codable, Sendable, Hashable { case better, worse, inconclusive }
      /// `pass_at_1`, `diversity_correct`, `ood_pass_at_1`, …
      public let axis: String
      public let iteration: Int
      /// The change from iteration 1.
      public let effect: Estimate?
      public let verdict: Finding
      /// Two-sided p, Holm-corrected over all axes and iterations of the audit.
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
    }
    public let overall: Overall
    public let axes: [Axis]
    public init(overall: Overall, axes: [Axis]) {
      self.overall = overall
      self.axes = axes
    }
  }

  public let iterations: [Int]
  public let passAt1: [PassAt1]
  public let passAtK: [AtK]
  public let majorityAtK: [AtK]
  public let coverage: Coverage
  public let improvementSet: [ImprovementSet]
  public let diversity: [Diversity]
  public let groups: [Group]
  public let groupDisparity: [GroupDisparity]
  public let outOfDistribution: OutOfDistribution?
  public let verdict: Verdict

  public init(
    iterations: [Int], passAt1: [PassAt1], passAtK: [AtK], majorityAtK: [AtK], coverage: Coverage,
    improvementSet: [ImprovementSet], diversity: [Diversity], groups: [Group], groupDisparity: [GroupDisparity],
    outOfDistribution: OutOfDistribution?, verdict: Verdict
  ) {
    self.iterations = iterations
    self.passAt1 = passAt1
    self.passAtK = passAtK
    self.majorityAtK = majorityAtK
    self.coverage = coverage
    self.improvementSet = improvementSet
    self.diversity = diversity
    self.groups = groups
    self.groupDisparity = groupDisparity
    self.outOfDistribution = outOfDistribution
    self.verdict = verdict
  }

  private enum CodingKeys: String, CodingKey {
    case iterations
    case passAt1 = "pass_at_1"
    case passAtK = "pass_at_k"
    case majorityAtK = "majority_at_k"
    case coverage
    case improvementSet = "improvement_set"
    case diversity, groups
    case groupDisparity = "group_disparity"
    case outOfDistribution = "ood"
    case verdict
  }
}

extension AuditResult.Coverage {
  private enum CodingKeys: String, CodingKey {
    case meanCorrect = "mean_correct"
    case solvable
    case recommendedMethod = "recommended_method"
  }
}
