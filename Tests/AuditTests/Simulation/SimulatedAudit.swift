import Audit
import Core
import Dispatch
import Randomness
import Synchronization

/// Audits of simulated answers, by the function that the program calls.
enum SimulatedAudit {
  static func run(
    _ population: Population, _ stream: RandomStream, seed: UInt64, resamples: Int,
    embedder: (any SentenceEmbedder)? = nil
  ) throws -> AuditResult {
    let parts = population.input(stream)
    func iterations(_ answers: [[JudgedCompletion]]) -> [AuditInput.Iteration] {
      answers.enumerated().map { AuditInput.Iteration(iteration: $0 + 1, completions: $1) }
    }
    var input = AuditInput(
      problems: parts.problems, iterations: iterations(parts.iterations), coverageSamples: parts.training?.samples,
      outOfDistribution: parts.ood.map {
        AuditInput.OutOfDistribution(problems: parts.problems, iterations: iterations($0))
      })
    input.null = parts.null.map { AuditInput.Iteration(iteration: 1, completions: $0) }
    input.training = parts.training.map { AuditInput.Training(rows: $0.rows) }
    return try Auditor.audit(input, seed: seed, resamples: resamples, embedder: embedder, threads: 1)
  }

  /// `trials` audits of the same population on all cores, each reduced to what is counted; in order of the trials.
  static func repeated<Outcome: Sendable>(
    _ population: Population, trials: Int, seed: UInt64, resamples: Int,
    embedder: (any SentenceEmbedder)? = nil, _ outcome: @escaping @Sendable (AuditResult) -> Outcome
  ) throws -> [Outcome] {
    let outcomes = Mutex<[Int: Result<Outcome, any Error>]>([:])
    let stream = RandomStream(seed: seed, "simulated audits")
    DispatchQueue.concurrentPerform(iterations: trials) { trial in
      let result = Result {
        outcome(try run(population, stream.child(trial), seed: UInt64(trial), resamples: resamples, embedder: embedder))
      }
      outcomes.withLock { $0[trial] = result }
    }
    return try outcomes.withLock { outcomes in try (0..<trials).compactMap { try outcomes[$0]?.get() } }
  }
}
