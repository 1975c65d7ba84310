import Core
import Statistics

/// What guessing among a question's choices reaches: pass@k and Cover@τ without any knowledge. docs/measures/controls.md.
enum ChanceLine {
  /// Over the problems that offer two choices or more; nil without any.
  static func measure(_ answers: AnswerTable) -> AuditResult.ChanceLine? {
    let choices = answers.problems.map(\.material.choices.count)
    let guessable = choices.filter { $0 >= 2 }
    guard !guessable.isEmpty else { return nil }
    let largest = answers.iterations.compactMap(\.smallestSampleCount).max() ?? 0
    return AuditResult.ChanceLine(
      questions: guessable.count,
      passAtK: PassAtK.ladder(upTo: max(1, largest)).map { k in
        AuditResult.ChanceLine.AtK(
          k: k, value: guessable.reduce(0) { $0 + passAtK(choices: $1, k: k) } / Double(guessable.count))
      },
      coverAtTau: coverAtTau(zip(choices, answers.commonSampleCounts).filter { $0.0 >= 2 && $0.1 > 0 }))
  }

  /// 1 − (1 − 1/m)^k for m choices.
  private static func passAtK(choices: Int, k: Int) -> Double {
    1 - Binomial.probability(0, of: k, p: 1 / Double(choices))
  }

  /// P(X ≥ τn) for X correct of n guesses; empty where no such question was sampled.
  private static func coverAtTau(_ questions: [(choices: Int, samples: Int)]) -> [AuditResult.ChanceLine.AtTau] {
    guard !questions.isEmpty else { return [] }
    // Few different pairs: most questions have as many choices and samples as the others.
    let pairs = Dictionary(grouping: questions) { [$0.choices, $0.samples] }
      .map { (choices: $0.key[0], samples: $0.key[1], count: $0.value.count) }
      .sorted { ($0.choices, $0.samples) < ($1.choices, $1.samples) }
    return (1...Cover.steps).map { step in
      let sum = pairs.reduce(0.0) { sum, pair in
        let needed = (step * pair.samples + Cover.steps - 1) / Cover.steps
        let missed = Binomial.cumulative(needed - 1, of: pair.samples, p: 1 / Double(pair.choices))
        return sum + Double(pair.count) * (1 - missed)
      }
      return AuditResult.ChanceLine.AtTau(tau: Cover.tau(step), value: sum / Double(questions.count))
    }
  }
}
