import Core

/// Diversity of M_1 and M_t compared on the same questions, from equally many answers, and once more from equally long ones.
///
/// docs/measures/controls.md.
enum MatchedDiversity {
  /// Distinct-n where the texts of a question are cut in pairs to the shorter one's length.
  static let equalLength = "distinct_n_equal_length"

  /// One entry for each later iteration, stratum and measure that compares any question.
  static func measure(
    _ answers: AnswerTable, _ diversity: DiversityTable, _ estimator: Estimator, threads: Int
  ) -> [AuditResult.MatchedDiversity] {
    struct Table {
      let iteration: Int
      let stratum: AuditResult.Stratum
      let measure: String
      let pairs: [(first: Double, later: Double)]
      let limit: Double
    }
    let tables = answers.later.flatMap { later in
      AuditResult.Stratum.allCases.flatMap { stratum in
        DiversityMeasure.allCases.map { measure in
          Table(
            iteration: later.iteration, stratum: stratum, measure: measure.rawValue,
            pairs: diversity.matched(measure, stratum, at: later.iteration), limit: measure.range.upperBound)
        } + [
          Table(
            iteration: later.iteration, stratum: stratum, measure: equalLength,
            pairs: diversity.distinctNAtEqualLength(stratum, at: later.iteration), limit: 1)
        ]
      }
    }.filter { !$0.pairs.isEmpty }
    let differences = estimator.means(
      tables.map { table in
        MeanColumn(
          table.pairs.map { $0.later - $0.first }, in: -table.limit...table.limit,
          "\(table.measure) \(table.stratum.rawValue) \(table.iteration)")
      }, threads: threads)
    return zip(tables, differences).map { table, difference in
      let count = Double(table.pairs.count)
      return AuditResult.MatchedDiversity(
        iteration: table.iteration, stratum: table.stratum, measure: table.measure,
        first: table.pairs.reduce(0) { $0 + $1.first } / count, later: table.pairs.reduce(0) { $0 + $1.later } / count,
        difference: difference)
    }
  }
}
