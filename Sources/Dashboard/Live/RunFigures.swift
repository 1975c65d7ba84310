import Core
import Statistics

/// A run at a moment: what the overview shows.
struct RunFigures: Sendable, Hashable {
  /// Correct answers among so many.
  struct Share: Sendable, Hashable {
    let correct: Int
    let count: Int

    var value: Double? { count > 0 ? Double(correct) / Double(count) : nil }

    /// With Wilson's 95 % interval.
    var estimate: Estimate? {
      guard count > 0 else { return nil }
      let interval = ScoreInterval.share(successes: correct, of: count, confidence: 0.95)
      return Estimate(estimate: Double(correct) / Double(count), low: interval.low, high: interval.high, n: count)
    }
  }

  /// M_t so far. Means over the questions that have a value; nil where none has.
  struct Iteration: Sendable, Hashable {
    let iteration: Int
    var greedy = Share(correct: 0, count: 0)
    var outOfDistribution = Share(correct: 0, count: 0)
    /// Of the test questions.
    var sampled = Share(correct: 0, count: 0)
    /// Of the training questions.
    var training = Share(correct: 0, count: 0)
    var distinctN: Double?
    var distinctCorrect: Double?
    var distinctIncorrect: Double?
    var equationsCorrect: Double?
    /// Mean tokens of a sampled answer.
    var tokens: Double?
    /// Share of the sampled answers that the token limit ended.
    var cut: Double?
    /// Test questions that M_1 fails greedily and M_t solves, and the reverse.
    var improved = 0
    var lost = 0
  }

  /// Steps of a training with their loss.
  struct LossCurve: Sendable, Hashable {
    struct Point: Sendable, Hashable {
      let step: Int
      let loss: Double
    }

    let iteration: Int
    let points: [Point]
    let totalSteps: Int

    var lastStep: Int { points.last?.step ?? 0 }
  }

  /// Rows of D_t by the difficulty of their question.
  struct Composition: Sendable, Hashable {
    struct Bin: Sendable, Hashable {
      let name: String
      let rows: Int
    }

    let iteration: Int
    let bins: [Bin]
  }

  var iterations: [Iteration] = []
  var losses: [LossCurve] = []
  /// By M_1's accuracy on the question, in fifths; where it is not known, by the data's own levels.
  var compositionByAccuracy: [Composition] = []
  var compositionByLevel: [Composition] = []
}
