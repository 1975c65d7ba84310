import Audit
import Core
import Iteration
import Report
import RunStore

/// What of a run is known while it goes: a look that takes a moment, whatever the size of the run.
enum RunFigures {
  /// Test questions that are looked at; the audit takes all.
  private static let questions = 64

  static func measure(_ store: RunStore) throws -> [RunStatus.Figures] {
    let configuration = try RunConfiguration(manifest: store.manifest, of: store.folder)
    let losses = try store.metrics()
    let sampled = Set(
      try store.stages().filter { $0.key.stage == .sampleTest && $0.isFinished }.map(\.key.iteration))
    let test = sampled.isEmpty ? [] : try store.problems(.test).map(\.problem)
    let asked = configuration.evaluation.sampledQuestions(of: test).prefix(questions).map(\.id)
    return try Set(losses.keys).union(sampled).sorted().compactMap { iteration in
      let answers =
        sampled.contains(iteration)
        ? try store.sampledAnswers(
          .test, iteration: iteration, to: asked, samples: 0..<configuration.evaluation.samples) : []
      let counts = answers.joined().compactMap(\.completion.tokenCount)
      let figures = RunStatus.Figures(
        iteration: iteration, initialLoss: losses[iteration]?["initial_loss"],
        finalLoss: losses[iteration]?["final_loss"],
        distinctN: DistinctNGlance.mean(answers.map { $0.filter(\.isCorrect).map(\.completion.text) }),
        tokens: counts.isEmpty ? nil : counts.reduce(0.0) { $0 + Double($1) } / Double(counts.count),
        questions: asked.count)
      return [figures.initialLoss, figures.finalLoss, figures.distinctN, figures.tokens].allSatisfy { $0 == nil }
        ? nil : figures
    }
  }

  static func glance(_ status: RunStatus) -> RunGlance {
    guard status.iterations > 0 else { return RunGlance(rows: [], questions: 0) }
    return RunGlance(
      rows: (1...status.iterations).map { t in
        let figures = status.figures.first { $0.iteration == t }
        return RunGlance.Row(
          iteration: t, passAt1: status.passAt1.first { $0.iteration == t }?.accuracy,
          outOfDistributionPassAt1: status.outOfDistributionPassAt1.first { $0.iteration == t }?.accuracy,
          distinctN: figures?.distinctN, tokens: figures?.tokens, initialLoss: figures?.initialLoss,
          finalLoss: figures?.finalLoss)
      }, questions: status.figures.map(\.questions).max() ?? 0)
  }

  /// An iteration in a line, for the log of a run; nil where nothing is known of it.
  static func line(_ store: RunStore, iteration: Int) throws -> String? {
    glance(try RunStatus(of: store, figures: measure(store))).line(iteration)
  }
}
