import Core
import Engines
import Foundation
import Sandbox
import Tasks

/// The only place that names concrete engines and tasks.
enum Wiring {
  static func engine(threads: Int?, batchSize: Int?) -> (sampler: any Sampler, trainer: any Trainer) {
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    return (NativeSampler(threads: threads, batchSize: batchSize ?? 64), NativeTrainer(threads: threads))
  }

  /// The benchmarks, whose programs run in a sandbox or, where the user asks for it, without one.
  static func tasks(_ isolation: Isolation, threads: Int?) -> TaskCatalog {
    TaskCatalog(
      programs: ProgramJudge(
        isolation: isolation,
        workerCount: threads ?? ProcessInfo.processInfo.activeProcessorCount))
  }

  /// Reads the model once before a run's folder is made, so that a broken one leaves nothing behind.
  static func checkModel(at folder: String) throws { try NativeSampler.check(modelAt: URL(filePath: folder)) }
}
