import Core

extension DiversityTable {
  /// Iteration 1 and a later iteration on each question that has two answers of the stratum in both.
  func matched(
    _ measure: DiversityMeasure, _ stratum: AuditResult.Stratum, at iteration: Int
  ) -> [(first: Double, later: Double)] {
    (matches[Key(iteration: iteration, stratum: stratum)] ?? []).compactMap { match in
      guard let match, let first = value(of: measure, match.first), let later = value(of: measure, match.later) else {
        return nil
      }
      return (first, later)
    }
  }

  /// Distinct-n of the same, each text cut to the length of its partner on the other side.
  func distinctNAtEqualLength(
    _ stratum: AuditResult.Stratum, at iteration: Int
  ) -> [(first: Double, later: Double)] {
    (matches[Key(iteration: iteration, stratum: stratum)] ?? []).compactMap { match in
      guard let first = match?.firstAtEqualLength.distinctN, let later = match?.laterAtEqualLength.distinctN else {
        return nil
      }
      return (first, later)
    }
  }

  /// Length and repetition of each question's samples of the stratum.
  func words(_ stratum: AuditResult.Stratum, at iteration: Int) -> [TextProfiles.Words?] {
    words[Key(iteration: iteration, stratum: stratum)] ?? []
  }
}
