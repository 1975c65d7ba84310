import ClusterEngine
import Foundation
import Testing

@Suite struct ProcessLauncherTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "process-\(UUID().uuidString)")

  /// A program in the place of Python.
  private func launcher(_ script: String) throws -> ProcessLauncher {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let (text, python) = (folder.appending(path: "script"), folder.appending(path: "python"))
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: text)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: text.path)
    // Another process writes it: a file that is open for writing anywhere cannot be run, and whatever another test starts
    // at this moment has the descriptors of this process for a while.
    let copy = try Process.run(URL(filePath: "/bin/cp"), arguments: [text.path, python.path])
    copy.waitUntilExit()
    return ProcessLauncher(
      python: python.path, environment: ProcessInfo.processInfo.environment, folder: folder.appending(path: "w"))
  }

  @Test(arguments: [
    (0, WorkerEnd.Status.done), (2, .badSpecification), (3, .tryAgain), (4, .badData), (1, .tryAgain),
  ])
  func exitStatuses(status: Int, expected: WorkerEnd.Status) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let launcher = try launcher(#"test -f "$1" && echo "$(basename $1) $2 $3 $REVERSAL_ATTEMPT" >&2; exit \#(status)"#)
    let end = try await launcher.run(.train, specification: URL(filePath: "/s/spec.json"), attempt: "a1")
    #expect(end == WorkerEnd(expected, reason: "train.py --spec /s/spec.json a1"))
  }

  @Test func aPythonThatIsNotThereIsNamed() async throws {
    let launcher = ProcessLauncher(python: "/no/python", environment: [:], folder: folder)
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    await #expect {
      try await launcher.run(.train, specification: URL(filePath: "/s"), attempt: "a")
    } throws: { "\($0)".contains("/no/python cannot be run") }
  }

  @Test func cancellationEndsTheProcess() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    // Only a signal ends it.
    let launcher = try launcher("exec sleep 1000000")
    let task = Task { try await launcher.run(.train, specification: URL(filePath: "/s"), attempt: "a") }
    try await Task.sleep(for: .milliseconds(200))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
