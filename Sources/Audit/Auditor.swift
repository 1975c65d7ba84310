import Core
import Foundation

/// Measures whether self-improvement was progress or a reversal.
public enum Auditor {
  /// Every measure of the paper with its 95 % interval, and the verdict.
  ///
  /// The same input and seed give the same result, whatever the order of the completions.
  ///
  /// - Parameters:
  ///   - resamples: Bootstrap resamples behind each interval.
  ///   - embedder: Gives the texts' vectors for semantic diversity, which is undefined without.
  ///   - threads: Threads that work; the result does not depend on it.
  ///   - progress: Is told how many questions' answers are embedded.
  /// - Throws: `InputError` for answers that do not fit together: iteration 1 is missing, a problem or an iteration
  ///   occurs twice, a completion belongs to no problem or repeats another's index; and what the embedder throws;
  ///   `CancellationError`.
  public static func audit(
    _ input: AuditInput, seed: UInt64, resamples: Int = 2_000, embedder: (any SentenceEmbedder)? = nil,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount, progress: @escaping ProgressHandler = { _ in }
  ) throws -> AuditResult {
    let estimator = Estimator(seed: seed, resamples: resamples)
    let answers = try AnswerTable(problems: input.problems, iterations: input.iterations)
    let furtherSamples = try input.improvementSamples.map {
      try AnswerTable(problems: input.problems, iterations: [.init(iteration: 1, completions: $0)]).first
    }
    let outOfDistribution = try input.outOfDistribution.map {
      try AnswerTable(problems: $0.problems, iterations: $0.iterations)
    }
    let semantic = try embedder.map { try SemanticTable(answers, $0, progress: progress) }
    let diversity = try step { DiversityTable(answers, semantic: semantic, threads: threads) }
    let improvementSets = try step {
      ImprovementSets.measure(answers, firstIteration: furtherSamples ?? answers.first, estimator)
    }
    let controls = try Controls(input, answers, firstIteration: furtherSamples ?? answers.first)

    let (answered, measures) = try sideBySide(threads: threads) {
      AuditResult(
        iterations: answers.iterations.map(\.iteration),
        passAt1: try step { GreedyAccuracy.measure(answers, estimator) },
        bestIteration: try step { BestIteration.measure(answers, estimator) },
        passAtK: try step { SampledAccuracy.measure(answers, estimator, threads: threads) },
        majorityAtK: try step { MajorityVote.measure(answers, estimator, threads: threads) },
        coverage: try step { Coverage.measure(input.coverageSamples, answers, estimator) },
        improvementSet: improvementSets,
        diversity: try step { diversity.measure(estimator, threads: threads) },
        groups: try step { GroupAccuracy.measure(answers, estimator) },
        groupDisparity: try step { GroupAccuracy.disparity(answers, estimator) },
        outOfDistribution: try outOfDistribution.map { table in
          try Task.checkCancellation()
          return AuditResult.OutOfDistribution(
            passAt1: GreedyAccuracy.measure(table, estimator.outOfDistribution),
            groups: GroupAccuracy.measure(table, estimator.outOfDistribution),
            groupDisparity: GroupAccuracy.disparity(table, estimator.outOfDistribution),
            verdictCounts: VerdictTally.measure(table))
        },
        verdictCounts: VerdictTally.measure(answers),
        verdict: try step {
          VerdictRule.verdict(
            Comparison.all(answers, diversity: diversity, outOfDistribution: outOfDistribution),
            improvementSets: improvementSets, estimator, threads: threads)
        },
        controls: try step { controls.measure(diversity, estimator, threads: threads) })
    } _: {
      Measures.measure(input, answers, diversity, estimator, threads: threads)
    }
    var result = answered
    result.measures = measures
    return result
  }

  /// One of the measures, each of which takes seconds at most: an audit that is cancelled ends between two.
  private static func step<Value>(_ measure: () throws -> Value) throws -> Value {
    try Task.checkCancellation()
    return try measure()
  }
}
