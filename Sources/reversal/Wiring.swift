import Core
import Engines
import Foundation
import Tasks

/// The only place that names concrete engines and tasks.
enum Wiring {
  static func engine(threads: Int?, batchSize: Int?) -> (sampler: any Sampler, trainer: any Trainer) {
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    return (NativeSampler(threads: threads, batchSize: batchSize ?? 64), NativeTrainer(threads: threads))
  }

  static func task(named name: String) throws -> any BenchmarkTask { try TaskCatalog.task(named: name) }

  /// Reads the model once before a run's folder is made, so that a broken one leaves nothing behind.
  static func checkModel(at folder: String) throws { try NativeSampler.check(modelAt: URL(filePath: folder)) }
}
