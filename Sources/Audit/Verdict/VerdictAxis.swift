import Core

/// A measure that the verdict compares with iteration 1. More is better on every axis. The raw value is its public name.
public enum VerdictAxis: String, Sendable, CaseIterable {
  /// Greedy accuracy.
  case passAt1 = "pass_at_1"
  /// Accuracy of sampled answers; only where iteration 1 or the last has no greedy answers.
  case sampledPassAt1 = "sampled_pass_at_1"
  /// At the largest k that every iteration has samples for: the share of questions solvable within k samples.
  case passAtK = "pass_at_k"
  /// Greedy accuracy in the hardest difficulty group; only where groups have an order.
  case hardestGroup = "hard_group_pass_at_1"
  case distinctNCorrect = "distinct_n_correct"
  case distinctNIncorrect = "distinct_n_incorrect"
  case expectationAdjustedDistinctNCorrect = "expectation_adjusted_distinct_n_correct"
  case expectationAdjustedDistinctNIncorrect = "expectation_adjusted_distinct_n_incorrect"
  case distinctEquationsCorrect = "distinct_equations_correct"
  case distinctEquationsIncorrect = "distinct_equations_incorrect"
  /// Only where answers were embedded.
  case semanticCorrect = "semantic_correct"
  case semanticIncorrect = "semantic_incorrect"
  /// Greedy accuracy out of distribution; only where such answers were given.
  case outOfDistribution = "ood_pass_at_1"

  /// Whether it can say that the model improved at all.
  var isAccuracy: Bool { self == .passAt1 || self == .sampledPassAt1 }

  /// What is compared on an axis of diversity.
  var diversity: (measure: DiversityMeasure, stratum: AuditResult.Stratum)? {
    switch self {
    case .distinctNCorrect: (.distinctN, .correct)
    case .distinctNIncorrect: (.distinctN, .incorrect)
    case .expectationAdjustedDistinctNCorrect: (.expectationAdjustedDistinctN, .correct)
    case .expectationAdjustedDistinctNIncorrect: (.expectationAdjustedDistinctN, .incorrect)
    case .distinctEquationsCorrect: (.distinctEquations, .correct)
    case .distinctEquationsIncorrect: (.distinctEquations, .incorrect)
    case .semanticCorrect: (.semantic, .correct)
    case .semanticIncorrect: (.semantic, .incorrect)
    case .passAt1, .sampledPassAt1, .passAtK, .hardestGroup, .outOfDistribution: nil
    }
  }

  /// Whether a question's value is 0 or 1, so that McNemar's exact test applies.
  var isBinary: Bool { self == .passAt1 || self == .hardestGroup || self == .outOfDistribution }

  /// Whether a loss of it alone turns a gain into a reversal.
  var makesReversal: Bool {
    switch self {
    case .passAtK, .hardestGroup, .outOfDistribution, .distinctEquationsCorrect, .semanticCorrect: true
    // Longer answers repeat more n-grams by chance: a loss must be one of both forms (VerdictRule).
    case .distinctNCorrect, .expectationAdjustedDistinctNCorrect: false
    // What is still wrong after improving is another, harder set of answers than before.
    case .distinctNIncorrect, .expectationAdjustedDistinctNIncorrect, .distinctEquationsIncorrect, .semanticIncorrect:
      false
    case .passAt1, .sampledPassAt1: false
    }
  }

  /// "No change" means within ± this, fixed beforehand: 3 points of accuracy, 0.02 of diversity.
  var margin: Double { diversity == nil ? 0.03 : 0.02 }

  /// The differences that are possible for a question.
  var range: ClosedRange<Double> {
    let limit = diversity?.measure.range.upperBound ?? 1
    return -limit...limit
  }
}
