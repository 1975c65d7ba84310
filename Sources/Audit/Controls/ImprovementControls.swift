import Core
import Statistics

/// Improvement sets against questions as hard for M_1, and against the noise of a second M_1.
///
/// pass@k grows with k on any set. So M_1's samples of a question are halved: by the first half each improved question is
/// matched with questions that neither model solves, and on the other half, which chose nothing, both are compared.
/// docs/measures/controls.md.
struct ImprovementControls: Sendable {
  /// How far the accuracies of a match may lie apart.
  static let caliper = 0.1

  private let answers: AnswerTable
  private let null: [Double?]?
  /// By question; nil with fewer than two samples.
  private let halves: [Halves?]

  /// M_1's samples of a question, dealt out in turn.
  private struct Halves: Sendable {
    /// Of the half that matches: the first, third, … sample.
    let accuracy: Double
    let evaluated: ArraySlice<Answer>

    init?(_ samples: ArraySlice<Answer>) {
      guard samples.count >= 2 else { return nil }
      let dealt = samples.enumerated()
      let matching = dealt.filter { $0.offset % 2 == 0 }
      accuracy = Double(matching.count { $0.element.isCorrect }) / Double(matching.count)
      evaluated = dealt.filter { $0.offset % 2 == 1 }.map(\.element)[...]
    }
  }

  init(_ answers: AnswerTable, firstIteration: IterationAnswers, null: IterationAnswers?) {
    self.answers = answers
    self.null = null?.greedyOutcomes
    halves = firstIteration.questions.map { Halves($0.samples) }
  }

  /// Only iterations that, like iteration 1, have greedy answers.
  func measure(_ estimator: Estimator, threads: Int) -> [AuditResult.ImprovementControl] {
    let first = answers.first.greedyOutcomes
    return concurrentRanges(of: answers.later.count, threads: threads) { range in
      range.compactMap { index -> AuditResult.ImprovementControl? in
        let later = answers.later[answers.later.startIndex + index]
        let outcomes = later.greedyOutcomes
        let changes = zip(first, outcomes).map(ImprovementSets.Change.init)
        guard changes.contains(where: { $0 != nil }) else { return nil }
        let gained = changes.indices.filter { changes[$0] == .gained }
        let matches = Matches(
          gained.filter { halves[$0] != nil },
          among: changes.indices.filter { changes[$0] == .neither && halves[$0] != nil },
          accuracy: halves.map { $0?.accuracy ?? 0 }, groups: answers.problems.map(\.group))
        let t = later.iteration
        func excess(_ name: String, _ gain: (ImprovementSets.Change) -> Double) -> Estimate? {
          null.flatMap { null in
            estimator.mean(
              of: NullComparison.excess(first, outcomes, null: null, gain: gain), in: -2...2, "\(name) \(t)")
          }
        }
        return AuditResult.ImprovementControl(
          iteration: t, matchedQuestions: matches.improved.count,
          unmatchedQuestions: gained.count - matches.improved.count, controlQuestions: matches.controls.count,
          matched: compare(matches, estimator.child("\(t)")),
          excessOverNull: excess("excess") { $0 == .gained ? 1 : 0 },
          changeOverNull: excess("change") { $0 == .gained ? 1 : $0 == .lost ? -1 : 0 })
      }
    }.flatMap { $0 }
  }

  /// pass@k on the evaluated half, up to the smallest number of samples there.
  private func compare(_ matches: Matches, _ estimator: Estimator) -> [AuditResult.ImprovementControl.Matched] {
    let questions = matches.improved.map(\.question) + matches.controls.map(\.question)
    let largest = questions.compactMap { halves[$0]?.evaluated.count }.min() ?? 0
    return PassAtK.ladder(upTo: largest).compactMap { k in
      func values(_ questions: [Int]) -> [Double] {
        questions.compactMap { halves[$0].flatMap { SampledAccuracy.passAtK($0.evaluated, k: k) } }
      }
      let improved = values(matches.improved.map(\.question))
      let controls = values(matches.controls.map(\.question))
      let whole = matches.difference(improved, controls, Array(improved.indices), Array(controls.indices))
      guard let estimate = estimator.mean(of: improved, "improved \(k)"), let whole else { return nil }
      let difference = estimator.bootstrap("difference \(k)").interval(strata: [improved.count, controls.count]) {
        matches.difference(improved, controls, $0[0], $0[1])
      }
      return AuditResult.ImprovementControl.Matched(
        k: k, improved: estimate, control: estimate.estimate - whole, difference: difference.map(Estimate.init))
    }
  }
}
