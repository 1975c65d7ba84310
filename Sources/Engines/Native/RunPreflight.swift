import Core
import Foundation
import LanguageModel

/// Whether a run can be begun at all with its base model: read once, so that a broken or a too large one leaves nothing
/// behind.
public struct RunPreflight: Sendable {
  private let folder: URL
  private let threads: Int
  private let checksMemory: Bool

  /// - Parameter folder: Of the base model M_0.
  public init(modelAt folder: URL, threads: Int, checksMemory: Bool = true) {
    self.folder = folder
    self.threads = threads
    self.checksMemory = checksMemory
  }

  /// - Throws: What is wrong with the model in one line, or `ModelError` with an estimate where memory cannot suffice for
  ///   a training of all weights. The stages check again what they take themselves, which depends on their rows.
  public func check() throws {
    if checksMemory {
      let count = ParameterLayout(try ModelConfiguration(contentsOf: folder)).count
      let float32 = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
      let bytes = float32.overflow ? Int.max / 8 : float32.partialValue
      try MemoryNeed(
        "a run, activations aside,",
        [
          MemoryNeed.Part("weights", bytes), MemoryNeed.Part("gradients", bytes),
          MemoryNeed.Part("optimizer", 2 * bytes),
        ], mappedBytes: StoredWeights.byteCount(in: folder), threads: threads
      ).refuse(beyond: SystemMemory.room, advice: "use a smaller model")
    }
    _ = try LoadedModel(contentsOf: folder)
  }
}
