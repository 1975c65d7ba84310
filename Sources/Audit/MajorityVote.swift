import Core
import Statistics

/// majority@k of each iteration: the accuracy of a vote among k sampled answers.
enum MajorityVote {
  /// For the same k as pass@k, up to 128: the exact expectation of `MajorityAtK` averaged over the questions with samples.
  ///
  /// The vote of a sample is what its verifier extracted; unparsed, failed and timed-out answers do not vote. Null for an
  /// iteration in which an incorrect answer has a verdict but no extracted answer (samples that came with `correct`
  /// alone, tasks judged by running code): its vote is not known.
  static func measure(_ answers: AnswerTable, _ estimator: Estimator, threads: Int) -> [AuditResult.AtK] {
    answers.iterations.flatMap { iteration in
      let ballots = iteration.questions.map { Ballot($0.samples) }
      let isKnown = ballots.allSatisfy { $0 != nil }
      let ladder = PassAtK.ladder(upTo: min(iteration.smallestSampleCount ?? 0, 128))
      let parts = concurrentRanges(of: isKnown ? ballots.count : 0, threads: threads) { range in
        ladder.map { k in ballots[range].map { $0?.majority(at: k) } }
      }
      let columns = ladder.indices.map { index in
        MeanColumn(parts.flatMap { $0[index] }, "majority_at_k \(iteration.iteration) \(ladder[index])")
      }
      return zip(ladder, estimator.means(columns, threads: threads)).map { k, estimate in
        AuditResult.AtK(iteration: iteration.iteration, k: k, estimate: estimate)
      }
    }
  }

  /// The votes of one question's samples.
  private struct Ballot: Sendable {
    private var correctCount = 0
    private var incorrectCounts: [Int] = []
    private var abstentions = 0

    /// Nil where the vote of a sample is not known.
    init?(_ samples: ArraySlice<Answer>) {
      var counts: [UInt64: Int] = [:]
      for sample in samples {
        switch (sample.outcome, sample.extracted) {
        case (.correct, _): correctCount += 1
        case (.incorrect, let answer?): counts[answer, default: 0] += 1
        case (.incorrect, nil): return nil
        case (.unparsed, _), (.timeout, _), (.error, _): abstentions += 1
        }
      }
      incorrectCounts = counts.values.sorted()
    }

    func majority(at k: Int) -> Double? {
      MajorityAtK.estimate(
        correctCount: correctCount, incorrectCounts: incorrectCounts, abstentions: abstentions, k: k)
    }
  }
}
