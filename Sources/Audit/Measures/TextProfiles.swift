import Core

/// Length, repetition and truncation of the sampled answers, for the correct and the incorrect apart.
///
/// Repetition is seq-rep-4 of Welleck et al., "Neural text generation with unlikelihood training", arXiv 1908.04319, section
/// 6.1: 1 − different 4-grams / 4-grams, of each text by itself. docs/measures/text-profile.md.
enum TextProfiles {
  /// What the n-gram reader saw of a question's samples of one stratum.
  struct Words: Sendable {
    /// Mean over the texts.
    let tokenCount: Double
    /// Mean over the texts with a 4-gram; nil without any.
    let repetition: Double?

    /// Nil without any text.
    init?(_ texts: [(tokenCount: Int, repetition: Double?)]) {
      guard !texts.isEmpty else { return nil }
      tokenCount = Double(texts.reduce(0) { $0 + $1.tokenCount }) / Double(texts.count)
      let repetitions = texts.compactMap(\.repetition)
      repetition = repetitions.isEmpty ? nil : repetitions.reduce(0, +) / Double(repetitions.count)
    }
  }

  /// A question enters with equally many samples in every iteration.
  static func measure(
    _ answers: AnswerTable, _ diversity: DiversityTable, _ estimator: Estimator, threads: Int
  ) -> [AuditResult.TextProfile] {
    let counts = answers.commonSampleCounts
    let keys = answers.iterations.flatMap { iteration in AuditResult.Stratum.allCases.map { (iteration, $0) } }
    var words: [(values: [Double?], name: String)] = []
    var modelTokens: [(values: [Double?], name: String)] = []
    var shares: [MeanColumn] = []
    for (iteration, stratum) in keys {
      let name = "\(stratum.rawValue) \(iteration.iteration)"
      let texts = diversity.words(stratum, at: iteration.iteration)
      let samples = zip(iteration.questions, counts).map { question, count in
        question.samples.prefix(count).lazy.filter { $0.isCorrect == (stratum == .correct) }
      }
      words.append((texts.map { $0?.tokenCount }, "word_tokens \(name)"))
      modelTokens.append(
        (samples.map { mean($0.lazy.compactMap(\.tokenCount).map(Double.init)) }, "model_tokens \(name)"))
      shares.append(MeanColumn(texts.map { $0?.repetition }, "repetition \(name)"))
      shares.append(
        MeanColumn(
          samples.map { mean($0.lazy.compactMap(\.finishReason).map { $0 == .length ? 1 : 0 }) }, "truncated \(name)"))
    }
    let lengths = estimator.means(MeanColumn.unbounded(words) + MeanColumn.unbounded(modelTokens), threads: threads)
    let rates = estimator.means(shares, threads: threads)
    return keys.indices.map { index in
      AuditResult.TextProfile(
        iteration: keys[index].0.iteration, stratum: keys[index].1, wordTokens: lengths[index],
        modelTokens: lengths[keys.count + index], repetition: rates[2 * index], truncated: rates[2 * index + 1])
    }
  }

  private static func mean(_ values: some Sequence<Double>) -> Double? {
    var sum = 0.0
    var count = 0
    for value in values {
      sum += value
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }
}
