import Core

/// A measure that the verdict compares with iteration 1. More is better on every axis. The raw value is its public name.
public enum VerdictAxis: String, Sendable, CaseIterable {
  /// Greedy accuracy.
  case passAt1 = "pass_at_1"
  /// Accuracy of sampled answers; only where iteration 1 or the last has no greedy answers.
  case sampledPassAt1 = "sampled_pass_at_1"
  /// At the largest k that every iteration has samples for.
  case passAtK = "pass_at_k"
  case distinctNCorrect = "distinct_n_correct"
  case distinctNIncorrect = "distinct_n_incorrect"
  case expectationAdjustedDistinctNCorrect = "expectation_adjusted_distinct_n_correct"
  case expectationAdjustedDistinctNIncorrect = "expectation_adjusted_distinct_n_incorrect"
  case distinctEquationsCorrect = "distinct_equations_correct"
  case distinctEquationsIncorrect = "distinct_equations_incorrect"
  /// Greedy accuracy out of distribution; only where such answers were given.
  case outOfDistribution = "ood_pass_at_1"

  /// What a reader is told that it is.
  public var title: String {
    switch self {
    case .passAt1: "greedy pass@1"
    case .sampledPassAt1: "sampled pass@1"
    case .passAtK: "pass@k"
    case .distinctNCorrect: "distinct-n of correct answers"
    case .distinctNIncorrect: "distinct-n of incorrect answers"
    case .expectationAdjustedDistinctNCorrect: "expectation-adjusted distinct-n of correct answers"
    case .expectationAdjustedDistinctNIncorrect: "expectation-adjusted distinct-n of incorrect answers"
    case .distinctEquationsCorrect: "distinct equations of correct answers"
    case .distinctEquationsIncorrect: "distinct equations of incorrect answers"
    case .outOfDistribution: "OOD greedy pass@1"
    }
  }

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
    case .passAt1, .sampledPassAt1, .passAtK, .outOfDistribution: nil
    }
  }

  /// Whether a question's value is 0 or 1, so that McNemar's exact test applies.
  var isBinary: Bool { self == .passAt1 || self == .outOfDistribution }

  /// The differences that are possible for a question.
  var range: ClosedRange<Double> {
    let limit = diversity?.measure.range.upperBound ?? 1
    return -limit...limit
  }
}
