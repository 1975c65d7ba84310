import Core
import Statistics

/// How hard for M_1 the questions are that each iteration was trained on: "tail narrowing".
///
/// Ding et al., "Mitigating tail narrowing in LLM self-improvement via Socratic-guided sampling", arXiv 2411.00750:
/// over the iterations the rows crowd on easy questions. Difficulty is M_1's accuracy on the training question (adopted), and
/// beside it the question's group where it has one. docs/measures/training-difficulty.md.
enum TrainingDifficulty {
  /// Accuracy in fifths.
  private static let bins = ["0–0.2", "0.2–0.4", "0.4–0.6", "0.6–0.8", "0.8–1"]

  /// - Parameter firstIteration: M_1's samples of the training questions.
  static func measure(
    _ training: AuditInput.Training, firstIteration: [JudgedCompletion], _ estimator: Estimator, threads: Int
  ) -> AuditResult.TrainingDifficulty {
    let byAccuracy = Grouping(
      names: firstIteration.isEmpty ? [] : bins, questions: accuracyBins(firstIteration), training.rows)
    let groups = GroupAccuracy.groupNames(of: training.problems)
    let position = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($0.element, $0.offset) })
    let byGroup = Grouping(
      names: groups,
      questions: training.problems.compactMap { problem in
        problem.group.flatMap { position[$0] }.map { (problem.id, $0) }
      }, training.rows)
    return AuditResult.TrainingDifficulty(
      accuracyBins: byAccuracy.bins, byAccuracy: byAccuracy.rows(estimator.child("accuracy"), threads: threads),
      groupBins: byGroup.bins, byGroup: byGroup.rows(estimator.child("group"), threads: threads))
  }

  /// The bin of each training question with samples, questions by id.
  private static func accuracyBins(_ completions: [JudgedCompletion]) -> [(ProblemID, Int)] {
    var tallies: [ProblemID: (correct: Int, count: Int)] = [:]
    for completion in completions where completion.completion.decoding == .sampled {
      tallies[completion.completion.problemID, default: (0, 0)].count += 1
      if completion.isCorrect { tallies[completion.completion.problemID, default: (0, 0)].correct += 1 }
    }
    return tallies.sorted { $0.key < $1.key }.map { id, tally in
      (id, min(bins.count - 1, bins.count * tally.correct / tally.count))
    }
  }

  /// The training questions in bins, and how many rows of each iteration fall into them.
  private struct Grouping: Sendable {
    let bins: [AuditResult.TrainingDifficulty.Bin]
    private let binOfQuestion: [Int]
    /// Rows by question, an entry an iteration.
    private let iterations: [(iteration: Int, rows: [Int])]

    init(names: [String], questions: [(id: ProblemID, bin: Int)], _ rows: TrainingRows) {
      binOfQuestion = questions.map(\.bin)
      let isEmpty = questions.isEmpty
      bins =
        isEmpty
        ? []
        : names.indices.map { bin in
          AuditResult.TrainingDifficulty.Bin(
            name: names[bin],
            questionShare: Double(questions.count { $0.bin == bin }) / Double(questions.count))
        }
      iterations = rows.iterations.sorted { $0.key < $1.key }.map { iteration, training in
        (iteration, questions.map { training.rows[$0.id] ?? 0 })
      }
    }

    func rows(_ estimator: Estimator, threads: Int) -> [AuditResult.TrainingDifficulty.Rows] {
      let keys = iterations.indices.flatMap { index in bins.indices.map { (index, $0) } }
      return concurrentRanges(of: keys.count, threads: threads) { range in
        range.map { position in
          let (index, bin) = keys[position]
          let rows = iterations[index].rows
          let members = rows.indices.filter { binOfQuestion[$0] == bin }
          return AuditResult.TrainingDifficulty.Rows(
            iteration: iterations[index].iteration, bin: bins[bin].name, rows: members.reduce(0) { $0 + rows[$1] },
            questions: members.count { rows[$0] > 0 },
            share: share(of: bin, rows, estimator.bootstrap("\(iterations[index].iteration) \(bin)")))
        }
      }.flatMap { $0 }
    }

    /// Rows of a bin over rows, questions with rows resampled with all of theirs; nil without any row.
    private func share(of bin: Int, _ rows: [Int], _ bootstrap: Bootstrap) -> Estimate? {
      let inBin = rows.indices.map { binOfQuestion[$0] == bin ? Double(rows[$0]) : 0 }
      return bootstrap.ratio(of: inBin, to: rows.map(Double.init), in: 0...1).map(Estimate.init)
    }
  }
}
