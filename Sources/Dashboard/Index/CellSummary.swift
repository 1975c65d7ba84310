import Audit
import Core
import RunStore

/// What is kept of M_t's answers to one question.
struct CellSummary: Sendable {
  let greedy: Verdict.Outcome?
  let samples: Int
  let counts: [Verdict.Outcome: Int]
  /// Samples that count: the first ones, equally many in every iteration. What follows is of them.
  let kept: Int
  let keptCorrect: Int
  /// Different final answers that could be read; the correct ones are one.
  let answers: Int
  let chains: Int
  /// Mean tokens of a sample, as the model counts them.
  let tokens: Double?
  let cut: Int
  let ended: Int
  /// nil where no sample counts.
  let diversity: SampleDiversity?

  /// - Parameter limit: Samples with a lower index count for diversity.
  init(_ observed: [ObservedAnswer], evaluating limit: Int, _ measures: inout SampleDiversityReader) throws {
    let judged = observed.map(\.judged)
    greedy = judged.first { $0.completion.decoding == .greedy }?.verdict.outcome
    let sampled = judged.filter { $0.completion.decoding == .sampled }
    samples = sampled.count
    counts = sampled.reduce(into: [:]) { $0[$1.verdict.outcome, default: 0] += 1 }
    let evaluated = sampled.filter { $0.completion.sampleIndex < limit }
    kept = evaluated.count
    keptCorrect = evaluated.count(where: \.isCorrect)
    let wrong = Set(evaluated.filter { $0.verdict.outcome == .incorrect }.compactMap(\.verdict.extracted))
    answers = wrong.count + (keptCorrect > 0 ? 1 : 0)
    let tokenCounts = evaluated.compactMap(\.completion.tokenCount)
    tokens = tokenCounts.isEmpty ? nil : Double(tokenCounts.reduce(0, +)) / Double(tokenCounts.count)
    let endings = evaluated.compactMap(\.completion.finishReason)
    cut = endings.count { $0 == .length }
    ended = endings.count
    diversity = evaluated.isEmpty ? nil : try measures.read(evaluated)
    chains = diversity?.chainCount ?? 0
  }
}
