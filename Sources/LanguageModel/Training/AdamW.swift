import Foundation
import Synchronization

/// How weights move along a gradient.
public struct OptimizerSettings: Sendable, Hashable {
  /// Peak learning rate.
  public var learningRate: Double
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  /// Decoupled, on matrices only: norm weights do not decay.
  public var weightDecay: Double
  /// Global norm to which a gradient is clipped.
  public var gradientClip: Double
  /// Steps of linear warm-up: step s of w, counted from 1, has the factor s / w.
  public var warmupSteps: Int
  /// Factor at the last step; between warm-up and it half a cosine.
  public var finalFraction: Double

  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0,
    gradientClip: Double = 1, warmupSteps: Int = 0, finalFraction: Double = 0.1
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.gradientClip = gradientClip
    self.warmupSteps = warmupSteps
    self.finalFraction = finalFraction
  }

  /// The learning rate of step `step` of `total`, counted from 1.
  package func learningRate(atStep step: Int, of total: Int) -> Double {
    if step <= warmupSteps { return learningRate * Double(step) / Double(warmupSteps) }
    let progress = total > warmupSteps ? Double(step - warmupSteps) / Double(total - warmupSteps) : 1
    return learningRate * (finalFraction + (1 - finalFraction) * 0.5 * (1 + cos(.pi * min(progress, 1))))
  }
}

/// AdamW (Loshchilov and Hutter, 1711.05101) with warm-up, cosine decay and clipping by the global norm.
///
/// `@unchecked Sendable`: one step at a time; within it each thread has a range of its own.
package final class AdamW: @unchecked Sendable {
  private let model: Model
  private let settings: OptimizerSettings
  private let totalSteps: Int
  private let threads: Int
  private let mean: FloatBuffer
  private let variance: FloatBuffer
  private var step = 0

  package init(_ model: Model, _ settings: OptimizerSettings, totalSteps: Int, threads: Int) {
    self.model = model
    self.settings = settings
    self.totalSteps = totalSteps
    self.threads = threads
    mean = FloatBuffer(count: model.layout.count)
    variance = FloatBuffer(count: model.layout.count)
  }

  /// Moves the model's weights; returns the gradient's norm before clipping.
  @discardableResult
  package func update(_ gradient: FloatBuffer) -> Double {
    step += 1
    let norm = Self.norm(gradient, threads: threads)
    let scale = norm > settings.gradientClip ? settings.gradientClip / norm : 1
    let base = Kernel.AdamWStep(
      gradientScale: Float(scale), learningRate: Float(settings.learningRate(atStep: step, of: totalSteps)),
      beta1: Float(settings.beta1), beta2: Float(settings.beta2), epsilon: Float(settings.epsilon), weightDecay: 0,
      correction1: Float(1 - pow(settings.beta1, Double(step))),
      correction2: Float(1 - pow(settings.beta2, Double(step))))
    let tensors = model.layout.tensors
    ComputePool.forEach(tensors.count, threads: threads) { [self] _, index in
      let tensor = tensors[index]
      var tensorStep = base
      tensorStep.weightDecay = tensor.shape.count > 1 ? Float(settings.weightDecay) : 0
      func part(_ buffer: FloatBuffer) -> FloatView {
        FloatView(buffer, offset: tensor.offset, count: tensor.count)
      }
      Kernel.adamW(
        part(model.parameters), gradient: part(gradient), mean: part(mean), variance: part(variance), tensorStep)
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
