import Core

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How spread the final answers of a question are, and how uncertain the model is of each token.
///
/// Wu et al., arXiv 2507.14843, section 4: training can raise the uncertainty of tokens while the answers narrow, so the two
/// entropies stand side by side. docs/measures/entropy.md.
enum AnswerEntropy {
  /// A question enters with equally many samples in every iteration.
  static func measure(_ answers: AnswerTable, _ estimator: Estimator, threads: Int) -> [AuditResult.Entropy] {
    let counts = answers.commonSampleCounts
    let profiles = concurrentRanges(of: answers.problems.count, threads: threads) { range in
      answers.iterations.map { iteration in
        range.map { Profile(iteration.questions[$0].samples.prefix(counts[$0])) }
      }
    }
    let questions = answers.iterations.indices.map { index in profiles.flatMap { $0[index] } }

    // Of `width` answers, no entropy exceeds that of all being different.
    let width = Double(max(2, counts.max() ?? 0))
    let limit = log(width) + 0.5
    func columns(_ index: Int) -> [MeanColumn] {
      let t = answers.iterations[index].iteration
      func change(_ value: (Profile) -> Double?) -> [Double?] {
        index == 0
          ? [] : zip(questions[0], questions[index]).flatMap { pairedDifferences([value($0)], [value($1)]) }
      }
      let token = questions[index].map(\.tokenEntropy)
      let tokenLimit = max(1, questions.joined().lazy.compactMap(\.tokenEntropy).max() ?? 1)
      return [
        MeanColumn(questions[index].map(\.entropy), in: 0...limit, "answer_entropy \(t)"),
        MeanColumn(questions[index].map(\.correctedEntropy), in: 0...limit, "answer_entropy_corrected \(t)"),
        MeanColumn(change(\.correctedEntropy), in: -limit...limit, "answer_entropy_corrected change \(t)"),
        MeanColumn(questions[index].map(\.distinct), in: 1...width, "distinct_answers \(t)"),
        MeanColumn(questions[index].map(\.distinctWrongShare), "distinct_wrong_share \(t)"),
        MeanColumn(token, in: 0...tokenLimit, "token_entropy \(t)"),
        MeanColumn(change(\.tokenEntropy), in: -tokenLimit...tokenLimit, "token_entropy change \(t)"),
      ]
    }
    let all = answers.iterations.indices.flatMap(columns)
    let estimates = estimator.means(all, threads: threads)
    let width7 = all.count / answers.iterations.count
    return answers.iterations.enumerated().map { index, iteration in
      let e = Array(estimates[index * width7..<(index + 1) * width7])
      return AuditResult.Entropy(
        iteration: iteration.iteration, answerEntropy: e[0], correctedAnswerEntropy: e[1],
        correctedAnswerEntropyChange: e[2], distinctAnswers: e[3], distinctWrongShare: e[4], tokenEntropy: e[5],
        tokenEntropyChange: e[6])
    }
  }

  /// The answers to one question.
  private struct Profile: Sendable {
    var entropy: Double?
    var correctedEntropy: Double?
    var distinct: Double?
    var distinctWrongShare: Double?
    var tokenEntropy: Double?

    init(_ samples: ArraySlice<Answer>) {
      tokenEntropy = Self.tokenEntropy(samples)
      guard let tally = FinalAnswers(samples), tally.count >= 2 else { return }
      let total = Double(tally.count)
      let plugIn = -tally.counts.reduce(0) { $0 + Double($1) / total * log(Double($1) / total) }
      // −0 where all answers are the same.
      entropy = max(0, plugIn)
      // Miller, "Note on the bias of information estimates", 1955: the plug-in entropy is too low by (K − 1) / 2N.
      correctedEntropy = max(0, plugIn) + Double(tally.counts.count - 1) / (2 * total)
      distinct = Double(tally.counts.count)
      if tally.wrongCount >= 2 { distinctWrongShare = Double(tally.distinctWrong) / Double(tally.wrongCount) }
    }

    /// −Σ log P / Σ tokens over the samples that have both. A Monte-Carlo estimate, and of the entropy at temperature 1 only
    /// where the samples were drawn at temperature 1 and without top-p.
    private static func tokenEntropy(_ samples: ArraySlice<Answer>) -> Double? {
      var logProbability = 0.0
      var tokens = 0
      for sample in samples {
        guard let value = sample.logProbability, value.isFinite, let count = sample.tokenCount, count > 0 else {
          continue
        }
        logProbability += value
        tokens += count
      }
      return tokens > 0 ? max(0, -logProbability / Double(tokens)) : nil
    }
  }
}
