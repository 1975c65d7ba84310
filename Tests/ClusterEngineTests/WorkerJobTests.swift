import ClusterEngine
import Core
import Foundation
import Synchronization
import Testing

@Suite struct WorkerJobTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "job-\(UUID().uuidString)")

  private func finish(_ launcher: FakeLauncher, attempts: Int = 3, progress: @escaping ProgressHandler = { _ in })
    async throws -> WorkerManifest
  {
    try await WorkerJob(
      program: .rollout, folder: folder, launcher: launcher, attempts: attempts, pause: .milliseconds(1)
    ).finish(["any": "specification"], progress: progress)
  }

  @Test func triesAgainUntilTheManifestIsThere() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let launcher = FakeLauncher(
      { _, _ in WorkerEnd(.tryAgain, reason: "lost") },
      { folder, attempt in
        try FakeLauncher.tell(#""completed":3,"total":4,"unit":"answers","loss":1.5"#, of: attempt, in: folder)
        try FakeLauncher.write("row", in: folder)
        return WorkerEnd(.done, reason: "")
      })
    let seen = Mutex<[StageProgress]>([])
    let manifest = try await finish(launcher, progress: { step in seen.withLock { $0.append(step) } })
    #expect(manifest.shards.map(\.file) == ["a.jsonl"])
    #expect(launcher.attempts == 2)
    #expect(seen.withLock { $0.last } == StageProgress(completed: 3, total: 4, unit: "answers", note: "loss 1.500"))
    #expect(try String(contentsOf: folder.appending(path: "spec.json"), encoding: .utf8) == #"{"any":"specification"}"#)
    // What is done is not done again.
    let none = FakeLauncher()
    #expect(try await finish(none).shards.count == 1)
    #expect(none.attempts == 0)
  }

  @Test func whatLiesOnDiskDecides() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let lost = FakeLauncher({ folder, _ in
      try FakeLauncher.write("row", in: folder)
      return WorkerEnd(.tryAgain, reason: "the head is gone")
    })
    #expect(try await finish(lost).shards.count == 1)
    #expect(lost.attempts == 1)
  }

  @Test func aResultThatIsNotWhatItsManifestSaysIsMadeAnew() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let launcher = FakeLauncher({ folder, _ in
      try FakeLauncher.write("damaged", in: folder, manifestText: "row")
      return WorkerEnd(.done, reason: "")
    })
    await #expect { try await finish(launcher) } throws: { "\($0)".contains("a.jsonl is not what its manifest says") }
    let again = FakeLauncher({ folder, _ in
      try FakeLauncher.write("row", in: folder)
      return WorkerEnd(.done, reason: "")
    })
    #expect(try await finish(again).shards.count == 1)
    #expect(again.attempts == 1)
  }

  @Test(arguments: [
    (WorkerEnd.Status.badData, ClusterError.Code.badData), (.badSpecification, .badSpecification),
  ])
  func whatCannotBeDoneIsNotTriedAgain(status: WorkerEnd.Status, code: ClusterError.Code) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let launcher = FakeLauncher({ folder, attempt in
      try FakeLauncher.tell(#""error":"/p:3: 'prompt' is missing","exit":4"#, of: attempt, in: folder)
      return WorkerEnd(status, reason: "ended with status 4")
    })
    await #expect { try await finish(launcher) } throws: { error in
      (error as? ClusterError)?.code == code && "\(error)" == "/p:3: 'prompt' is missing"
    }
    #expect(launcher.attempts == 1)
  }

  @Test func givesUpAndSaysWhy() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let launcher = FakeLauncher(
      { _, _ in WorkerEnd(.tryAgain, reason: "first") }, { _, _ in WorkerEnd(.tryAgain, reason: "out of memory") })
    await #expect { try await finish(launcher, attempts: 2) } throws: {
      "\($0)" == "given up after 2 attempts: out of memory"
    }
  }

  @Test func aManifestCannotNameOtherFolders() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let launcher = FakeLauncher({ folder, _ in
      try Data(#"{"shards":[{"file":"../other","sha256":""}]}"#.utf8).write(to: folder.appending(path: "manifest.json"))
      return WorkerEnd(.done, reason: "")
    })
    await #expect { try await finish(launcher) } throws: { "\($0)".contains("outside of its folder") }
  }
}
