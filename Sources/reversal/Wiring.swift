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

  /// Audits a run whose loop is done and writes `audit.json` and `report.html` into its folder.
  static func finish(run folder: URL) async throws { try await RunReport.write(folder) }
}
