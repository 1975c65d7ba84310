import Core

/// The diversity of the sampled answers: by iteration, and matched between iteration 1 and a later one.
///
/// Diversity falls with the number of samples. So a question enters with its first m samples in every iteration, m being
/// the smallest number it has in any iteration that sampled it.
struct DiversityTable: Sendable {
  /// The diversity of one question's answers in one stratum, which takes at least two of them.
  struct Profile: Sendable {
    let nGrams: NGramCounts
    /// Unique equation chains over samples. An answer without any equation has the empty chain.
    let distinctEquations: Double
    /// Nil where no embedder was given.
    var semantic: Double?
  }

  /// Iteration 1 and a later iteration on one question, from equally many answers of the stratum.
  struct Match: Sendable {
    var first: Profile
    var later: Profile
    /// With each text cut to the length of its partner on the other side.
    let firstAtEqualLength: NGramCounts
    let laterAtEqualLength: NGramCounts
  }

  struct Key: Hashable, Sendable {
    let iteration: Int
    let stratum: AuditResult.Stratum
  }

  private let iterations: [Int]
  /// One entry a question.
  private let profiles: [Key: [Profile?]]
  let matches: [Key: [Match?]]
  let words: [Key: [TextProfiles.Words?]]
  /// N-grams of each order that occur anywhere in the audited samples, the V of the expectation-adjusted form.
  private let vocabulary: [Int]
  /// Whether any audited sample holds an equation; without, equation chains say nothing.
  private let hasEquations: Bool
  /// Whether answers were embedded.
  let hasSemantic: Bool

  init(_ answers: AnswerTable, semantic: SemanticTable? = nil, threads: Int) {
    let parts = concurrentRanges(of: answers.problems.count, threads: threads) { questions in
      var part = Part()
      for question in questions { part.add(question, of: answers) }
      return part
    }
    var whole = parts.dropFirst().reduce(into: parts.first ?? Part()) { whole, part in whole.append(part) }
    if let semantic { whole.add(semantic) }
    iterations = answers.iterations.map(\.iteration)
    profiles = whole.profiles
    matches = whole.matches
    words = whole.words
    vocabulary = whole.reader.vocabularySizes
    hasEquations = whole.reader.hasEquations
    hasSemantic = semantic != nil
  }

  /// What is known of consecutive questions.
  private struct Part: Sendable {
    var reader = QuestionReader()
    var profiles: [Key: [Profile?]] = [:]
    var matches: [Key: [Match?]] = [:]
    var words: [Key: [TextProfiles.Words?]] = [:]

    mutating func add(_ question: Int, of answers: AnswerTable) {
      let counts = answers.iterations.lazy.map { $0.questions[question].samples.count }
      let texts = reader.read(question, of: answers.iterations, first: counts.filter { $0 > 0 }.min() ?? 0)
      for stratum in AuditResult.Stratum.allCases {
        let strata = texts.map { $0.filter { $0.isCorrect == (stratum == .correct) } }
        for (iteration, members) in zip(answers.iterations, strata) {
          let key = Key(iteration: iteration.iteration, stratum: stratum)
          profiles[key, default: []].append(reader.profile(members[...]))
          words[key, default: []].append(TextProfiles.Words(members.map { ($0.tokenCount, $0.repetition) }))
          if iteration.iteration != answers.first.iteration {
            matches[key, default: []].append(reader.match(strata[0], members))
          }
        }
      }
    }

    mutating func add(_ semantic: SemanticTable) {
      for (index, question) in semantic.questions.enumerated() {
        for (key, value) in question.profiles { profiles[key]?[index]?.semantic = value }
        for (key, values) in question.matches {
          matches[key]?[index]?.first.semantic = values.first
          matches[key]?[index]?.later.semantic = values.later
        }
      }
    }

    mutating func append(_ later: Part) {
      reader.formUnion(later.reader)
      profiles.merge(later.profiles) { $0 + $1 }
      matches.merge(later.matches) { $0 + $1 }
      words.merge(later.words) { $0 + $1 }
    }
  }

  /// The mean over the questions with at least two samples in the stratum, by iteration and stratum.
  func measure(_ estimator: Estimator, threads: Int) -> [AuditResult.Diversity] {
    let measures = DiversityMeasure.allCases
    let keys = iterations.flatMap { iteration in
      AuditResult.Stratum.allCases.map { Key(iteration: iteration, stratum: $0) }
    }
    let columns = keys.flatMap { key in
      measures.map { measure in
        MeanColumn(
          (profiles[key] ?? []).map { $0.flatMap { value(of: measure, $0) } }, in: measure.range,
          "\(measure.rawValue) \(key.stratum.rawValue) \(key.iteration)")
      }
    }
    let estimates = estimator.means(columns, threads: threads)
    return keys.enumerated().map { position, key in
      func estimate(_ measure: DiversityMeasure) -> Estimate? {
        measures.firstIndex(of: measure).flatMap { estimates[position * measures.count + $0] }
      }
      return AuditResult.Diversity(
        iteration: key.iteration, stratum: key.stratum, distinctN: estimate(.distinctN),
        expectationAdjustedDistinctN: estimate(.expectationAdjustedDistinctN), semantic: estimate(.semantic),
        distinctEquations: estimate(.distinctEquations))
    }
  }

  /// A later iteration's diversity minus iteration 1's, one value a question whose stratum has two answers in both.
  ///
  /// Both sides use equally many answers of the stratum, the first ones: a stratum that merely grew with accuracy, and
  /// repeats itself more for being larger, shows no loss.
  func differences(_ measure: DiversityMeasure, _ stratum: AuditResult.Stratum, at iteration: Int) -> [Double] {
    matched(measure, stratum, at: iteration).map { $0.later - $0.first }
  }

  func value(of measure: DiversityMeasure, _ profile: Profile) -> Double? {
    switch measure {
    case .distinctN: profile.nGrams.distinctN
    case .expectationAdjustedDistinctN: profile.nGrams.expectationAdjustedDistinctN(vocabulary: vocabulary)
    case .distinctEquations: hasEquations ? profile.distinctEquations : nil
    case .semantic: profile.semantic
    }
  }
}

/// What is measured on a question's answers of one stratum. The raw value names it in `audit.json`.
enum DiversityMeasure: String, Sendable, CaseIterable {
  case distinctN = "distinct_n"
  case expectationAdjustedDistinctN = "expectation_adjusted_distinct_n"
  case distinctEquations = "distinct_equations"
  case semantic

  var range: ClosedRange<Double> {
    switch self {
    case .distinctN, .distinctEquations: 0...1
    case .expectationAdjustedDistinctN: 0...NGramCounts.expectationAdjustedLimit
    case .semantic: 0...2
    }
  }
}
