import Foundation
import LanguageModel

/// Whether a training fits into the machine, and what would make it fit.
package struct MemoryCheck {
  private let configuration: ModelConfiguration
  /// Bytes of the model's weights as they are stored.
  private let storedBytes: Int
  private let adapter: LowRankSettings?
  private let examples: TrainingExamples
  private let settings: FineTuningSettings
  private let resident: Int

  package init(
    _ folder: URL, _ configuration: ModelConfiguration, adapter: LowRankSettings?, _ examples: TrainingExamples,
    _ settings: FineTuningSettings
  ) throws {
    self.configuration = configuration
    self.adapter = adapter
    self.examples = examples
    self.settings = settings
    resident = SystemMemory.resident
    storedBytes = try StoredWeights.byteCount(in: folder)
  }

  package var estimate: MemoryEstimate { estimate(settings, adapter) }

  private func estimate(_ settings: FineTuningSettings, _ adapter: LowRankSettings?) -> MemoryEstimate {
    // A frozen model stays in its files; one that is trained is float32 in memory.
    let bytes = adapter == nil ? 4 * ParameterLayout(configuration).count : storedBytes
    return MemoryEstimate(
      configuration, weightBytes: bytes, adapter: adapter, examples, settings, resident: resident)
  }

  /// - Parameter room: What the process may still take.
  /// - Throws: `ModelError` naming the option that would make the training fit.
  package func refuse(beyond room: MemoryRoom) throws {
    let needed = estimate.total - resident
    let available = room.left(mapping: storedBytes, threads: settings.threads)
    guard needed > available else { return }
    let sizes =
      "training takes \(MemoryNeed.size(needed)) of memory and \(MemoryNeed.size(available)) are free"
    for (options, settings, adapter) in alternatives {
      let other = estimate(settings, adapter).total - resident
      if other <= available {
        throw ModelError(.system, "\(sizes); with \(options) it takes \(MemoryNeed.size(other))")
      }
    }
    throw ModelError(
      .system,
      "\(sizes); no option makes it fit, use a smaller model, or --no-memory-check to try it all the same")
  }

  /// What may be asked for instead, the least change first.
  private var alternatives: [(options: String, FineTuningSettings, LowRankSettings?)] {
    let longest = examples.longest
    var small = settings
    small.microBatching.tokenLimit = min(longest, settings.microBatching.tokenLimit ?? longest)
    var frugal = settings
    frugal.recomputesActivations = true
    var both = small
    both.recomputesActivations = true
    var found: [(String, FineTuningSettings, LowRankSettings?)] = []
    let isSmall = settings.microBatching.tokenLimit.map { $0 <= longest } ?? false
    if !isSmall { found.append(("--micro-batch-tokens \(longest)", small, adapter)) }
    if !settings.recomputesActivations { found.append(("--recompute", frugal, adapter)) }
    if !isSmall, !settings.recomputesActivations {
      found.append(("--recompute --micro-batch-tokens \(longest)", both, adapter))
    }
    if adapter == nil {
      let lora = LowRankSettings()
      found.append(("--lora", settings, lora))
      found.append(("--lora --recompute --micro-batch-tokens \(longest)", both, lora))
    }
    return found
  }
}
