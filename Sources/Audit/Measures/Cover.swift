import Core

/// Cover@τ: the share of questions of which at least a share τ of the samples is correct.
///
/// Dragoi et al., "Beyond pass@k: breadth-depth metrics for reasoning boundaries", arXiv 2510.08325. pass@k is a mean of it
/// over τ that weighs small τ, where guessing reaches, most. docs/measures/cover.md.
enum Cover {
  /// τ = 1/20, 2/20, … 1.
  static let steps = 20

  /// A question enters with equally many samples in every iteration.
  static func measure(_ answers: AnswerTable, _ estimator: Estimator, threads: Int) -> [AuditResult.CoverAtTau] {
    let counts = answers.commonSampleCounts
    let keys = answers.iterations.flatMap { iteration in (1...steps).map { (iteration, $0) } }
    let columns = keys.map { iteration, step in
      MeanColumn(
        zip(iteration.questions, counts).map { question, count in
          reaches(step, question.samples.prefix(count)).map { $0 ? 1 : 0 }
        }, "cover_at_tau \(iteration.iteration) \(step)")
    }
    return zip(keys, estimator.means(columns, threads: threads)).map { key, estimate in
      AuditResult.CoverAtTau(iteration: key.0.iteration, tau: tau(key.1), estimate: estimate)
    }
  }

  static func tau(_ step: Int) -> Double { Double(step) / Double(steps) }

  /// In whole numbers, so that 0.6 of 5 is 3. Nil without samples.
  private static func reaches(_ step: Int, _ samples: ArraySlice<Answer>) -> Bool? {
    samples.isEmpty ? nil : steps * samples.count(where: \.isCorrect) >= step * samples.count
  }
}
