import Foundation
import Synchronization

/// AdamW (Loshchilov and Hutter, 1711.05101) with warm-up, a schedule and clipping by the global norm.
///
/// `@unchecked Sendable`: one step at a time; within it each thread has a range of its own.
package final class AdamW: @unchecked Sendable {
  /// First moments, in the layout of the weights.
  package let mean: FloatBuffer
  /// Second moments, in the layout of the weights.
  package let variance: FloatBuffer
  /// Steps made so far.
  package private(set) var step = 0
  private let weights: TrainableWeights
  private let settings: OptimizerSettings
  private let totalSteps: Int
  private let threads: Int

  package init(_ weights: TrainableWeights, _ settings: OptimizerSettings, totalSteps: Int, threads: Int) {
    self.weights = weights
    self.settings = settings
    self.totalSteps = totalSteps
    self.threads = threads
    mean = FloatBuffer(count: weights.count)
    variance = FloatBuffer(count: weights.count)
  }

  /// The learning rate of the last step.
  package var learningRate: Double { settings.learningRate(atStep: step, of: totalSteps) }

  /// Continues after `step` steps; weights and moments are the caller's to set.
  package func resume(after step: Int) { self.step = step }

  /// Moves the weights; returns the gradient's norm before clipping.
  @discardableResult
  package func update(_ gradient: FloatBuffer) -> Double {
    step += 1
    let norm = Self.norm(gradient, threads: threads)
    let scale = norm > settings.gradientClip ? settings.gradientClip / norm : 1
    let base = Kernel.AdamWStep(
      gradientScale: Float(scale), learningRate: Float(learningRate), beta1: Float(settings.beta1),
      beta2: Float(settings.beta2), epsilon: Float(settings.epsilon), weightDecay: 0,
      correction1: Float(1 - pow(settings.beta1, Double(step))),
      correction2: Float(1 - pow(settings.beta2, Double(step))))
    let tensors = weights.tensors
    ComputePool.forEach(tensors.count, threads: threads) { [self] _, index in
      let tensor = tensors[index]
      var tensorStep = base
      tensorStep.weightDecay = tensor.shape.count > 1 ? Float(settings.weightDecay) : 0
      func part(_ buffer: FloatBuffer) -> FloatView {
        FloatView(buffer, offset: tensor.offset, count: tensor.count)
      }
      Kernel.adamW(
        part(weights.values), gradient: part(gradient), mean: part(mean), variance: part(variance), tensorStep)
    }
    return norm
  }

  /// Global norm; the sum of fixed pieces in their order, so that it does not depend on the threads.
  static func norm(_ gradient: FloatBuffer, threads: Int) -> Double {
    let pieces = (gradient.count + ElementRange.size - 1) / ElementRange.size
    let sums = Mutex([Double](repeating: 0, count: pieces))
    ElementRange.forEach(gradient.count, threads: threads) { range in
      let sum = Kernel.sumOfSquares(FloatView(gradient, offset: range.lowerBound, count: range.count))
      sums.withLock { $0[range.lowerBound / ElementRange.size] = sum }
    }
    return sums.withLock { $0.reduce(0, +) }.squareRoot()
  }
}
