import Core
import Statistics

/// pass@k of each iteration from its sampled answers.
enum SampledAccuracy {
  /// The unbiased estimate averaged over the questions with samples, for k = 1, 2, 4, … up to the smallest sample count.
  static func measure(_ answers: AnswerTable, _ estimator: Estimator, threads: Int) -> [AuditResult.AtK] {
    let keys = answers.iterations.flatMap { iteration in
      PassAtK.ladder(upTo: iteration.smallestSampleCount ?? 0).map { (iteration: iteration, k: $0) }
    }
    let columns = keys.map { iteration, k in
      MeanColumn(
        iteration.questions.map { passAtK($0.samples, k: k) }, "pass_at_k \(iteration.iteration) \(k)")
    }
    return zip(keys, estimator.means(columns, threads: threads)).map { key, estimate in
      AuditResult.AtK(iteration: key.iteration.iteration, k: key.k, estimate: estimate)
    }
  }

  /// pass@k of one question; nil with fewer than k samples.
  static func passAtK(_ samples: ArraySlice<Answer>, k: Int) -> Double? {
    PassAtK.estimate(sampleCount: samples.count, correctCount: samples.count(where: \.isCorrect), k: k)
  }

  /// The later iteration's pass@k minus iteration 1's, one value a question with k samples in both.
  ///
  /// Both sides use equally many samples of a question, the first ones, so that under the null of equal models either
  /// sign is equally likely.
  static func differences(_ first: IterationAnswers, _ later: IterationAnswers, k: Int) -> [Double] {
    zip(first.questions, later.questions).compactMap { first, later in
      let count = min(first.samples.count, later.samples.count)
      guard let before = passAtK(first.samples.prefix(count), k: k),
        let after = passAtK(later.samples.prefix(count), k: k)
      else { return nil }
      return after - before
    }
  }
}
