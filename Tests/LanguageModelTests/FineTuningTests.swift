import Foundation
import LanguageModel
import Testing

@Suite struct FineTuningTests {
  static let configuration = TinyTraining.configuration

  private func rows(_ count: Int, seed: UInt64) -> [TokenRow] { TinyTraining.rows(count, seed: seed) }

  private func settings(threads: Int) -> FineTuningSettings { TinyTraining.settings(threads: threads) }

  @Test func supervisedTrainingHasTheSameBitsForAnyNumberOfThreads() throws {
    let weights = try [1, 2, 3].map { threads in
      let model = Model(random: Self.configuration, seed: 1)
      try model.fineTune(on: rows(80, seed: 2), settings(threads: threads)) { _ in }
      return model.parameters.array
    }
    #expect(weights[0] == weights[1] && weights[0] == weights[2])
    #expect(weights[0] != Model(random: Self.configuration, seed: 1).parameters.array)
  }

  @Test func preferenceTrainingHasTheSameBitsForAnyNumberOfThreads() throws {
    let pairs = zip(rows(30, seed: 3), rows(30, seed: 4)).map { TokenPair(chosen: $0, rejected: $1) }
    let reference = Model(random: Self.configuration, seed: 1)
    let weights = try [1, 2].map { threads in
      let model = Model(random: Self.configuration, seed: 1)
      var losses: [Double] = []
      try model.alignPreferences(on: pairs, reference: reference, settings(threads: threads)) { losses.append($0.loss) }
      // The first batch is still at the reference, where the loss is log 2; training lowers it.
      #expect(abs(losses[0] - log(2)) < 1e-4)
      #expect(try #require(losses.last) < losses[0] - 0.01)
      return model.parameters.array
    }
    #expect(weights[0] == weights[1])
  }

  /// The gradient along a random direction against central differences of the loss, for every weight tensor.
  @Test func gradientsAgreeWithFiniteDifferences() {
    let model = Model(random: Self.configuration, seed: 5)
    let engine = GradientEngine(model, threads: 1)
    let rows = rows(6, seed: 6)
    _ = engine.supervised(rows)
    let gradient = engine.gradient.array
    for tensor in model.layout.tensors {
      let range = tensor.offset..<tensor.offset + tensor.count
      let original = range.map { model.parameters[$0] }
      let part = gradient[range].map(Double.init)
      let norm = part.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // Along the gradient itself the derivative is its norm: the direction with the least relative rounding.
      func loss(_ step: Double) -> Double {
        for (place, index) in range.enumerated() {
          model.parameters[index] = original[place] + Float(step * part[place] / norm)
        }
        return engine.supervised(rows)
      }
      let step = 0.02
      let slope = (loss(step) - loss(-step)) / (2 * step)
      _ = loss(0)
      // Truncation of the difference, step² times the third derivative, dominates rounding here.
      #expect(abs(slope / norm - 1) < 5e-3, "\(tensor.name): \(slope) against \(norm)")
    }
  }

  @Test func theLossIgnoresThePrompt() {
    let model = Model(random: Self.configuration, seed: 5)
    let engine = GradientEngine(model, threads: 1)
    let row = TokenRow(tokens: [1, 2, 3, 4, 5, 6], promptCount: 4)
    let logs = engine.tokenLogProbabilities([row])[0]
    #expect(logs.count == 2)
    #expect(abs(engine.supervised([row]) + (Double(logs[0]) + Double(logs[1])) / 2) < 1e-6)
    let marked = TokenRow(tokens: [1, 2, 3, 4, 5, 6], isTrained: [true, false, false, false, true, true])
    #expect(engine.tokenLogProbabilities([marked])[0] == logs)
  }

  @Test(arguments: [
    (LearningRateSchedule.cosine, 1, 1.0 / 3), (.cosine, 3, 1.0), (.cosine, 12, 0.1), (.linear, 2, 2.0 / 3),
    (.linear, 6, 0.1 + 0.9 * 6 / 9), (.linear, 12, 0.1), (.constant, 1, 1.0 / 3), (.constant, 12, 1),
  ])
  func learningRateSchedule(schedule: LearningRateSchedule, step: Int, factor: Double) {
    let settings = OptimizerSettings(learningRate: 2, schedule: schedule, warmupSteps: 3, finalFraction: 0.1)
    #expect(abs(settings.learningRate(atStep: step, of: 12) - 2 * factor) < 1e-12)
  }
}
