import Foundation
import LanguageModel
import RunStore

extension RunEnvironment {
  /// This process's.
  static func current(threads: Int?) -> RunEnvironment {
    RunEnvironment(
      version: Reversal.configuration.version, system: ProcessInfo.processInfo.operatingSystemVersionString,
      processor: Processor.name, instructions: Processor.instructions,
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
  }
}
