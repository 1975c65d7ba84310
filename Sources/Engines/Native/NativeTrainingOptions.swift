import Core
import Foundation
import LanguageModel

/// What the embedded engine's training offers beyond the settings that every engine takes.
public struct NativeTrainingOptions: Sendable {
  /// What is trained.
  public enum Weights: Sendable {
    case all
    /// A new adapter on the frozen model.
    case newAdapter(LowRankSettings)
    /// The adapter in a folder, on the frozen model.
    case adapter(URL)
  }

  public var weights = Weights.all
  /// Whether a trained adapter is written as a whole model.
  public var mergesAdapter = false
  public var schedule = LearningRateSchedule.cosine
  /// Whether each epoch has a random order of its own.
  public var shuffles = true
  /// Supervised rows a step; nil for the settings' number of tokens.
  public var batchRows: Int?
  public var microBatching = MicroBatching()
  public var recomputesActivations = false
  /// Steps between two states from which training can be continued; nil for none.
  public var saveInterval: Int?
  /// Whether training continues from the newest state where there is one.
  public var resumes = false
  /// Whether a training that does not fit into the machine's memory is refused before it starts.
  public var checksMemory = true
  public var onEstimate: @Sendable (MemoryEstimate) -> Void = { _ in }
  /// Called before the first step with the number of steps that the continued training has made.
  public var onStart: @Sendable (_ completedSteps: Int) throws -> Void = { _ in }
  public var onStep: @Sendable (TrainingStep) throws -> Void = { _ in }

  public init() {}

  /// Where states are kept until the trained model is whole.
  public static func stateFolder(for output: URL) -> URL {
    let output = output.standardizedFileURL
    return output.deletingLastPathComponent().appending(path: output.lastPathComponent + ".training")
  }
}
