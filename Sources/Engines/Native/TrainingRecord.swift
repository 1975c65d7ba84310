import Core
import LanguageModel

/// Collects what a training stage reports about itself.
struct TrainingRecord {
  private var losses: [Double] = []
  private var tokens = 0

  mutating func add(_ step: TrainingStep) {
    losses.append(step.loss)
    tokens += step.tokenCount
  }

  var summary: TrainingSummary {
    let tenth = max(1, losses.count / 10)
    func mean(_ part: ArraySlice<Double>) -> Double? {
      part.isEmpty ? nil : part.reduce(0, +) / Double(part.count)
    }
    return TrainingSummary(
      steps: losses.count, tokens: tokens, initialLoss: mean(losses.prefix(tenth)),
      finalLoss: mean(losses.suffix(tenth)))
  }
}
