import Core

/// Test questions whose words recur in the training rows, and what pass@1 is without them.
///
/// A question counts as contaminated where at least 80 % of its words stand in a 13-gram of the rows: the length after Brown
/// et al., arXiv 2005.14165, appendix C, the share after Touvron et al., arXiv 2307.09288, appendix A.6 (adopted).
/// docs/measures/contamination.md.
enum ContaminationCheck {
  static let threshold = 0.8
  /// Ids listed at most.
  private static let listed = 1_000

  static func measure(
    _ rows: TrainingRows, _ answers: AnswerTable, _ estimator: Estimator
  ) -> AuditResult.Contamination {
    let shares = rows.index.coveredShares
    func isContaminated(_ question: Int) -> Bool { shares[question].map { $0 >= threshold } ?? false }
    let contaminated = shares.indices.filter(isContaminated)
    return AuditResult.Contamination(
      n: OverlapIndex.length, threshold: threshold, rows: rows.count, questions: shares.count { $0 != nil },
      tooShort: shares.count { $0 == nil }, overlapping: shares.count { $0.map { $0 > 0 } ?? false },
      contaminated: contaminated.count, problemIDs: contaminated.prefix(listed).map { answers.problems[$0].id },
      coveredShare: estimator.mean(of: shares, "covered"),
      passAt1: answers.iterations.map { iteration in
        let outcomes = iteration.greedyOutcomes
        func accuracy(_ isIncluded: (Int) -> Bool, _ name: String) -> Estimate? {
          estimator.mean(
            of: outcomes.indices.filter(isIncluded).map { outcomes[$0] }, "pass_at_1 \(name) \(iteration.iteration)")
        }
        return AuditResult.Contamination.PassAt1(
          iteration: iteration.iteration, contaminated: accuracy(isContaminated, "contaminated"),
          clean: accuracy({ !isContaminated($0) }, "clean"))
      })
  }
}
