import Core

/// The diversity measures of an audit, in the order they are shown.
enum DiversityMeasure: CaseIterable {
  case distinctN, expectationAdjusted, distinctEquations, semantic

  var label: String {
    switch self {
    case .distinctN: "distinct-n"
    case .expectationAdjusted: "distinct-n, expectation-adjusted"
    case .distinctEquations: "distinct equations"
    case .semantic: "semantic diversity"
    }
  }

  /// What is divided by what; all four are without unit.
  var axisTitle: String {
    switch self {
    case .distinctN: "unique / all n-grams, n = 1 to 5"
    case .expectationAdjusted: "unique / expected n-grams"
    case .distinctEquations: "unique equation chains / samples"
    case .semantic: "1 − mean cosine similarity"
    }
  }

  func estimate(in row: AuditResult.Diversity) -> Estimate? {
    switch self {
    case .distinctN: row.distinctN
    case .expectationAdjusted: row.expectationAdjustedDistinctN
    case .distinctEquations: row.distinctEquations
    case .semantic: row.semantic
    }
  }
}
