import Core

/// Exploration and exploitation in the manner of B-STaR.
///
/// Zeng et al., "B-STaR: monitoring and balancing exploration and exploitation in self-taught reasoners", arXiv 2412.17256:
/// of a question's answers that the reward keeps, n in all and n′ of them different and correct, the balance score
/// is min(n′ / n*, 1) · n′ / n. The reward here is the verifier (adopted), so that whatever is kept is correct.
/// docs/measures/exploration.md.
enum ExplorationBalance {
  /// n*, the different correct answers wanted of a question (adopted).
  static let target = 6

  /// A question enters with equally many samples in every iteration.
  static func measure(_ answers: AnswerTable, _ estimator: Estimator, threads: Int) -> [AuditResult.Exploration] {
    let counts = answers.commonSampleCounts
    let parts = concurrentRanges(of: answers.problems.count, threads: threads) { range in
      answers.iterations.map { iteration in
        range.map { Harvest(iteration.questions[$0].samples.prefix(counts[$0]), of: iteration) }
      }
    }
    let questions = answers.iterations.indices.map { index in parts.flatMap { $0[index] } }
    let most = Double(max(1, counts.max() ?? 1))
    let columns = zip(answers.iterations, questions).flatMap { iteration, harvests in
      let t = iteration.iteration
      return [
        MeanColumn(harvests.map { $0.map { Double($0.unique) } }, in: 0...most, "unique_correct \(t)"),
        MeanColumn(harvests.map { $0.map { Double($0.kept) / Double($0.count) } }, "kept \(t)"),
        MeanColumn(harvests.map { $0?.uniqueShare }, "unique_share \(t)"),
        MeanColumn(harvests.map { $0?.balance }, "balance \(t)"),
      ]
    }
    let estimates = estimator.means(columns, threads: threads)
    return answers.iterations.enumerated().map { index, iteration in
      AuditResult.Exploration(
        iteration: iteration.iteration, target: target, uniqueCorrect: estimates[4 * index],
        kept: estimates[4 * index + 1], uniqueShare: estimates[4 * index + 2], balance: estimates[4 * index + 3])
    }
  }

  /// What the verifier keeps of a question's samples.
  private struct Harvest: Sendable {
    let count: Int
    let kept: Int
    /// Different texts among them, byte for byte.
    let unique: Int

    /// Nil without samples.
    init?(_ samples: ArraySlice<Answer>, of iteration: IterationAnswers) {
      guard !samples.isEmpty else { return nil }
      let texts = samples.lazy.filter(\.isCorrect).map { ByteHash.hash(iteration.text(of: $0)) }
      let sorted = texts.sorted()
      count = samples.count
      kept = sorted.count
      unique = sorted.isEmpty ? 0 : 1 + zip(sorted, sorted.dropFirst()).count { $0 != $1 }
    }

    var uniqueShare: Double? { kept == 0 ? nil : Double(unique) / Double(kept) }

    var balance: Double { min(Double(unique) / Double(target), 1) * (uniqueShare ?? 0) }
  }
}
