import Foundation
import Randomness

extension Model {
  /// A model with random weights: normal with standard deviation 1/√hidden, those that write to the residual stream
  /// scaled down by √(2 · layers) (GPT-2), norms 1, biases 0.
  public convenience init(random configuration: ModelConfiguration, seed: UInt64) {
    let layout = ParameterLayout(configuration)
    let parameters = FloatBuffer(count: layout.count)
    let deviation = 1 / Double(configuration.hiddenSize).squareRoot()
    let residual = 1 / Double(2 * configuration.layerCount).squareRoot()
    for tensor in layout.tensors {
      var stream = RandomStream(seed: seed, "weights", tensor.name)
      if tensor.name.hasSuffix(".bias") { continue }
      let isNorm = tensor.shape.count == 1
      let writesToResidual = tensor.name.hasSuffix("o_proj.weight") || tensor.name.hasSuffix("down_proj.weight")
      let scale = writesToResidual ? deviation * residual : deviation
      for index in tensor.offset..<tensor.offset + tensor.count {
        parameters[index] = isNorm ? 1 : Float(stream.normal() * scale)
      }
    }
    self.init(configuration: configuration, parameters: parameters)
  }

  /// Trains on an endless stream of rows, each seen once, in steps of about `batchTokens` tokens.
  ///
  /// - Parameters:
  ///   - row: The row of an index; rows are taken in order.
  ///   - onStep: Called after each step; throws to stop.
  public func pretrain(
    steps: Int, batchTokens: Int, optimizer settings: OptimizerSettings, threads: Int, row: (Int) -> TokenRow,
    onStep: (TrainingStep) throws -> Void
  ) throws {
    let engine = GradientEngine(self, threads: threads)
    let optimizer = AdamW(engine.weights, settings, totalSteps: steps, threads: threads)
    var next = 0
    for step in 1...max(steps, 1) {
      var batch: [TokenRow] = []
      var count = 0
      while count < batchTokens {
        let row = row(next)
        batch.append(row)
        count += row.tokens.count
        next += 1
      }
      let loss = engine.supervised(batch)
      let norm = optimizer.update(engine.gradient)
      try onStep(
        TrainingStep(
          step: step, totalSteps: steps, loss: loss, tokenCount: count, learningRate: optimizer.learningRate,
          gradientNorm: norm, preference: nil))
    }
  }
}
