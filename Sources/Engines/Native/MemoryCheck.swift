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
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.fileSizeKey], options: [])
    storedBytes = files.filter { $0.pathExtension == "safetensors" }.reduce(0) { sum, file in
      // A file that has gone meanwhile is reported when the model is read.
      sum + ((try? file.resolvingSymlinksInPath().resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0)
    }
  }

  package var estimate: MemoryEstimate { estimate(settings, adapter) }

  private func estimate(_ settings: FineTuningSettings, _ adapter: LowRankSettings?) -> MemoryEstimate {
    // A frozen model stays in its files; one that is trained is float32 in memory.
    let bytes = adapter == nil ? 4 * ParameterLayout(configuration).count : storedBytes
    return MemoryEstimate(
      configuration, weightBytes: bytes, adapter: adapter, examples, settings, resident: resident)
  }

  /// - Parameter available: Bytes that the process may still take.
  /// - Throws: `ModelError` naming the option that would make the training fit.
  package func refuse(beyond available: Int) throws {
    let needed = estimate.total - resident
    guard needed > available else { return }
    let sizes = "training takes \(Self.gigabytes(needed)) of memory and \(Self.gigabytes(available)) are free"
    for (options, settings, adapter) in alternatives {
      let other = estimate(settings, adapter).total - resident
      if other <= available {
        throw ModelError(.badInput, "\(sizes); with \(options) it takes \(Self.gigabytes(other))")
      }
    }
    throw ModelError(
      .badInput,
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

  private static func gigabytes(_ bytes: Int) -> String { String(format: "%.2f GB", Double(bytes) / 1e9) }
}
