import Core

/// How many of a question's first samples are correct in M_1 and in M_t, from equally many of each.
///
/// Under the null of equal models the two sides are then exchangeable.
struct PairedSamples: Sendable, Hashable {
  let question: Int
  /// Samples taken of either model, at least one.
  let count: Int
  let firstCorrect: Int
  let laterCorrect: Int

  /// The questions with samples of both, in order.
  static func all(_ first: IterationAnswers, _ later: IterationAnswers) -> [PairedSamples] {
    zip(first.questions, later.questions).enumerated().compactMap { question, pair in
      let count = min(pair.0.samples.count, pair.1.samples.count)
      guard count > 0 else { return nil }
      return PairedSamples(
        question: question, count: count, firstCorrect: pair.0.samples.prefix(count).count(where: \.isCorrect),
        laterCorrect: pair.1.samples.prefix(count).count(where: \.isCorrect))
    }
  }
}

extension AnswerTable {
  /// How many samples of each question are compared over the iterations: the smallest number it has in any iteration that
  /// sampled it, 0 where none did.
  var commonSampleCounts: [Int] {
    problems.indices.map { question in
      iterations.lazy.map { $0.questions[question].samples.count }.filter { $0 > 0 }.min() ?? 0
    }
  }
}
