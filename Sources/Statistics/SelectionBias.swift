import Randomness

/// The best of several candidates, picked on the very questions it is then reported on.
///
/// The largest of several noisy means is too large. Resampling shows by how much: the candidate is picked anew on a
/// resample of the questions and evaluated on the questions left out of it.
public struct SelectionBias: Sendable {
  /// Position of the candidate with the highest mean, the first of equals.
  public let selected: Int
  /// Its mean on the questions that it was picked on.
  public let apparent: Double
  /// Its mean freed of the picking, with its interval.
  public let corrected: Interval

  /// Nil without a candidate or a question.
  ///
  /// The corrected mean is the mean, over resamples, of what the candidate picked on a resample scores on the questions out
  /// of it (Tsamardinos, Greasidou and Borboudakis, "Bootstrapping the out-of-sample predictions for efficient and
  /// accurate cross-validation", 2018). It is unbiased both where all candidates are alike and where one is clearly best.
  ///
  /// Its standard error comes from a second level: random halves of the questions go through the whole procedure, and the
  /// spread of their results is that of the whole (half-sampling: Shao and Wu, "A general theory for jackknife variance
  /// estimation", 1989). Resamples would not do there: a question that occurs twice would be in and out of an inner
  /// resample at once, or, kept together, be left out the less often the more it counts. What the few inner resamples of each
  /// half add to the spread is taken off again (analysis of variance). The interval is the corrected mean ± z standard
  /// errors, within 0 … 1. Where that is 0, or there are too few questions, it is that of `Bootstrap.mean(of:in:)`.
  ///
  /// - Parameters:
  ///   - outcomes: Each candidate's values in 0 … 1, one a question, questions in the same order.
  ///   - resamples: Inner resamples behind the corrected mean; a hundredth of them behind each half.
  ///   - halves: Halves behind the standard error.
  public init?(
    outcomes: [[Double]], resamples: Int = 1_000, halves: Int = 200, confidence: Double = 0.95,
    stream: RandomStream
  ) {
    precondition(resamples > 0 && halves > 1, "a nested bootstrap needs resamples on both levels")
    guard let questionCount = outcomes.first?.count, questionCount > 0 else { return nil }
    precondition(outcomes.allSatisfy { $0.count == questionCount }, "every candidate answers the same questions")
    let table = OutcomeTable(outcomes)
    let every = Array(0..<questionCount)
    let sums = table.sums(over: every)
    selected = OutcomeTable.best(sums)
    apparent = sums[selected] / Double(questionCount)

    var inner = stream.child("inner")
    // With one question nothing is ever out of the resample.
    let mean = table.outOfResample(of: every, resamples: resamples, &inner)?.mean ?? apparent
    var outer = stream.child("halves")
    var order = every
    let repeated = (0..<halves).compactMap { _ -> Scores? in
      // The first half of a shuffle; where the last one left off is as good a start as any.
      for place in 0..<(questionCount / 2) {
        let other = place + outer.index(below: questionCount - place)
        (order[place], order[other]) = (order[other], order[place])
      }
      let half = Array(order[..<(questionCount / 2)])
      return table.outOfResample(of: half, resamples: max(2, resamples / 100), &outer)
    }
    let within = repeated.reduce(0) { $0 + $1.variance / Double($1.count) } / Double(max(1, repeated.count))
    let between = Scores(repeated.map(\.mean))?.variance ?? 0
    let standardError = max(0, between - within).squareRoot()
    if standardError > 0 {
      let reach = -Normal.quantile((1 - confidence) / 2) * standardError
      corrected = Interval(
        estimate: mean, low: max(0, mean - reach), high: min(1, mean + reach), count: questionCount)
    } else {
      let bound = Bootstrap(confidence: confidence, stream: stream).mean(of: outcomes[selected], in: 0...1)
      corrected = Interval(
        estimate: mean, low: bound?.low ?? 0, high: bound?.high ?? 1, count: questionCount)
    }
  }
}

/// Candidates' values, those of one question side by side.
private struct OutcomeTable: Sendable {
  private let candidateCount: Int
  private let questionCount: Int
  private let values: [Double]

  init(_ outcomes: [[Double]]) {
    candidateCount = outcomes.count
    questionCount = outcomes[0].count
    values = (0..<questionCount).flatMap { question in outcomes.map { $0[question] } }
  }

  /// The first of the candidates with the highest sum.
  static func best(_ sums: [Double]) -> Int {
    sums.indices.dropFirst().reduce(0) { sums[$1] > sums[$0] ? $1 : $0 }
  }

  func sums(over questions: [Int]) -> [Double] {
    var sums = [Double](repeating: 0, count: candidateCount)
    for question in questions { add(question, weight: 1, to: &sums) }
    return sums
  }

  private func add(_ question: Int, weight: Double, to sums: inout [Double]) {
    let start = question * candidateCount
    for candidate in 0..<candidateCount { sums[candidate] += weight * values[start + candidate] }
  }

  /// What the best candidate of a resample of `questions` scores out of it; nil where no resample leaves a question out.
  func outOfResample(of questions: [Int], resamples: Int, _ stream: inout RandomStream) -> Scores? {
    let whole = sums(over: questions)
    var lastDrawn = [Int](repeating: -1, count: questionCount)
    var scores: [Double] = []
    for resample in 0..<resamples {
      var within = [Double](repeating: 0, count: candidateCount)
      var outside = whole
      var left = questions.count
      for _ in questions.indices {
        let question = questions[stream.index(below: questions.count)]
        add(question, weight: 1, to: &within)
        if lastDrawn[question] != resample {
          lastDrawn[question] = resample
          left -= 1
          add(question, weight: -1, to: &outside)
        }
      }
      if left > 0 { scores.append(outside[Self.best(within)] / Double(left)) }
    }
    return Scores(scores)
  }
}

/// Mean and variance of some numbers, of at least one.
private struct Scores: Sendable {
  let mean: Double
  /// 0 for a single number.
  let variance: Double
  let count: Int

  init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    count = values.count
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count - 1))
  }
}
