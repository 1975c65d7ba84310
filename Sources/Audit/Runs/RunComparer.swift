import Core
import Foundation

/// Sets several runs side by side on the questions they share, the first as the baseline.
///
/// A comparison is an audit whose iterations are the runs: the same measures, paired over the same questions, with one
/// correction over all of them.
public enum RunComparer {
  /// A run as it is named and what an audit of it would read.
  public struct Run: Sendable {
    public let name: String
    public let input: AuditInput

    public init(name: String, input: AuditInput) {
      self.name = name
      self.input = input
    }
  }

  /// At the last iterations, and at the best ones where these are others.
  ///
  /// - Parameter conditions: In what the runs were not made alike; passed through.
  /// - Throws: `InputError` for fewer than two runs, names that recur, and runs without a common question or with different
  ///   questions under one id.
  public static func compare(
    _ runs: [Run], conditions: [RunComparison.Condition] = [], seed: UInt64, resamples: Int = 2_000,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) throws -> RunComparison {
    guard runs.count >= 2, let first = runs.first else { throw InputError("give at least two runs to compare") }
    for (index, run) in runs.enumerated() where runs[..<index].contains(where: { $0.name == run.name }) {
      throw InputError("two runs are named '\(run.name)'; give each its own name")
    }
    let shared = try SharedQuestions(runs.map { ($0.name, $0.input.problems) })
    let others = try SharedQuestions(
      runs.compactMap { run in run.input.outOfDistribution.map { (run.name, $0.problems) } }, isRequired: false)
    let hasOthers = runs.allSatisfy { $0.input.outOfDistribution != nil } && !others.ids.isEmpty

    let last = runs.map { $0.input.iterations.map(\.iteration).max() ?? 1 }
    let best = try runs.map { try bestIteration($0.input, shared.ids) }
    let choices: [(RunComparison.Choice, [Int])] = last == best ? [(.last, last)] : [(.last, last), (.best, best)]
    let tables = try choices.map { choice, iterations in
      func members(_ lists: [[AuditInput.Iteration]], _ ids: Set<ProblemID>) -> [AuditInput.Iteration] {
        zip(lists, iterations).enumerated().compactMap { index, run in
          run.0.first { $0.iteration == run.1 }?.restricted(to: ids, as: index + 1)
        }
      }
      let input = AuditInput(
        problems: first.input.problems.filter { shared.ids.contains($0.id) },
        iterations: members(runs.map(\.input.iterations), shared.ids),
        outOfDistribution: hasOthers
          ? first.input.outOfDistribution.map { distribution in
            AuditInput.OutOfDistribution(
              problems: distribution.problems.filter { others.ids.contains($0.id) },
              iterations: members(runs.map { $0.input.outOfDistribution?.iterations ?? [] }, others.ids))
          } : nil)
      let audit = try Auditor.audit(input, seed: seed, resamples: resamples, threads: threads)
      return RunComparison.Table(
        at: choice,
        runs: runs.indices.map { index in
          RunComparison.Member(
            name: runs[index].name, iteration: iterations[index],
            questionsLeftOut: runs[index].input.problems.count - shared.ids.count)
        }, differences: differences(audit, names: runs.map(\.name)), audit: audit)
    }
    return RunComparison(questions: shared.ids.count, tables: tables, conditions: conditions)
  }

  /// By greedy pass@1 on the shared questions, by sampled where there are no greedy answers; the earliest of equals.
  private static func bestIteration(_ input: AuditInput, _ ids: Set<ProblemID>) throws -> Int {
    let problems = input.problems.filter { ids.contains($0.id) }
    let accuracies = try input.iterations.map { iteration -> (iteration: Int, accuracy: Double) in
      let answers = try AnswerTable(
        problems: problems, iterations: [iteration.restricted(to: ids, as: 1)]
      ).first
      let greedy = answers.greedyOutcomes.compactMap { $0 }
      let values =
        greedy.isEmpty ? answers.questions.compactMap { SampledAccuracy.passAtK($0.samples, k: 1) } : greedy
      return (iteration.iteration, values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count))
    }
    return accuracies.max { ($0.accuracy, -$0.iteration) < ($1.accuracy, -$1.iteration) }?.iteration ?? 1
  }

  private static func differences(_ audit: AuditResult, names: [String]) -> [RunComparison.Difference] {
    audit.verdict.axes.map { axis in
      let finding: RunComparison.Difference.Finding =
        switch axis.verdict {
        case .better: .higher
        case .worse: .lower
        case .inconclusive: .inconclusive
        }
      return RunComparison.Difference(
        run: names[axis.iteration - 1], measure: axis.axis, difference: axis.effect, adjustedP: axis.adjustedP,
        finding: finding)
    }
  }
}
