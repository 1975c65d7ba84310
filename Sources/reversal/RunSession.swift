import Core
import Foundation
import Iteration
import RunStore

/// The work on one run, from wherever it stands to its audit.
enum RunSession {
  /// - Parameter threads: Goes before the configuration's.
  static func work(on store: RunStore, threads: Int?, display: ProgressDisplay) async throws {
    let configuration = try RunConfiguration(manifest: store.manifest, of: store.folder)
    let engine = Wiring.engine(
      threads: threads ?? configuration.threads, batchSize: configuration.sampling.batchSize)
    let loop = try SelfImprovement(
      store: store, task: TaskBinding(try Wiring.task(named: store.manifest.task)),
      outOfDistributionTask: try store.manifest.outOfDistributionTask.map { TaskBinding(try Wiring.task(named: $0)) },
      sampler: engine.sampler, trainer: engine.trainer, observer: display.show)
    defer { display.endLine() }
    try await loop.run()
    try await Wiring.finish(run: store.folder)
  }
}
