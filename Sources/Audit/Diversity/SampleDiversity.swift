import Core

/// The diversity of one question's samples of one model, by the audit's own counts: for those who look on while a run goes.
///
/// The audit matches questions and numbers of samples between iterations and gives intervals; this does neither.
public struct SampleDiversity: Sendable, Hashable {
  public struct Measure: Sendable, Hashable {
    public let sampleCount: Int
    /// Nil for fewer than two samples, and where no text has a token.
    public let distinctN: Double?
    /// Unique equation chains over samples; nil for fewer than two samples, and where no sample holds an equation.
    public let distinctEquations: Double?
    /// Mean number of words and signs; nil without any sample.
    public let wordCount: Double?
  }

  public let all: Measure
  public let correct: Measure
  public let incorrect: Measure
  /// Different equation chains, the empty one included; 0 where no sample holds an equation.
  public let chainCount: Int
}

/// Measures one set of samples after another. Its memory does not grow with their number.
public struct SampleDiversityReader: Sendable {
  private var reader = QuestionReader()

  public init() {}

  /// - Parameter samples: Of one question and one model.
  /// - Throws: `InputError` where two samples have one index.
  public mutating func read(_ samples: [JudgedCompletion]) throws -> SampleDiversity {
    guard let problem = samples.first?.completion.problemID else {
      let nothing = SampleDiversity.Measure(sampleCount: 0, distinctN: nil, distinctEquations: nil, wordCount: nil)
      return SampleDiversity(all: nothing, correct: nothing, incorrect: nothing, chainCount: 0)
    }
    let answers = try IterationAnswers(
      AuditInput.Iteration(iteration: 1, completions: samples), position: [problem: 0])
    let texts = reader.read(0, of: [answers], first: samples.count)[0]
    let hasEquations = samples.contains { !EquationChain.equations(in: $0.completion.text).isEmpty }
    return SampleDiversity(
      all: measure(texts, hasEquations), correct: measure(texts.filter(\.isCorrect), hasEquations),
      incorrect: measure(texts.filter { !$0.isCorrect }, hasEquations),
      chainCount: hasEquations ? Set(texts.map(\.chain)).count : 0)
  }

  private mutating func measure(_ texts: [QuestionReader.Text], _ hasEquations: Bool) -> SampleDiversity.Measure {
    let profile = reader.profile(texts[...])
    return SampleDiversity.Measure(
      sampleCount: texts.count, distinctN: profile?.nGrams.distinctN,
      distinctEquations: hasEquations ? profile?.distinctEquations : nil,
      wordCount: texts.isEmpty ? nil : Double(texts.reduce(0) { $0 + $1.tokenCount }) / Double(texts.count))
  }
}
