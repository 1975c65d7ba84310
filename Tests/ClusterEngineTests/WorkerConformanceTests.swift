import ClusterEngine
import Core
import Foundation
import TestServer
import TestSupport
import Testing

/// Workers that take their time and can be cancelled.
struct FakeWorkerLauncher: WorkerLauncher {
  func run(_ program: WorkerProgram, specification file: URL, attempt: String) async throws -> WorkerEnd {
    try FakeWorkers.tell(0, of: file, attempt: attempt)
    try await Task.sleep(for: Duration.milliseconds(2) * FakeWorkers.units(of: file))
    return WorkerEnd(.init(exitStatus: try FakeWorkers().run(file, attempt: attempt)), reason: "ended")
  }
}

/// Sampler and trainer by workers keep what every other keeps.
@Suite struct WorkerConformanceTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "conforming-\(UUID().uuidString)")
  private let base: Checkpoint

  init() throws {
    base = Checkpoint(iteration: 0, folder: folder.appending(path: "M0"))
    try FileManager.default.createDirectory(at: base.folder, withIntermediateDirectories: true)
    for (name, text) in [("model.safetensors", "weights"), ("config.json", "{}"), ("tokenizer.json", "{}")] {
      try Data(text.utf8).write(to: base.folder.appending(path: name))
    }
  }

  @Test func theSamplerConforms() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let sampler = WorkerSampler(
      .ray, launcher: FakeWorkerLauncher(), settings: WorkerSampling(), folder: folder.appending(path: "work"))
    let violations = await SamplerConformance(sampler, checkpoint: base).violations()
    #expect(violations == [])
  }

  @Test func theTrainerConforms() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let suite = TrainerConformance(checkpoint: base, folder: folder) { work in
      WorkerTrainer(.ray, launcher: FakeWorkerLauncher(), settings: WorkerTraining(), folder: work)
    }
    let violations = await suite.violations()
    #expect(violations == [])
  }
}
