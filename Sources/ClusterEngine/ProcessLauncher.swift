import Core
import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs workers as processes on this machine, which start torchrun where several of them are to work.
public struct ProcessLauncher: WorkerLauncher {
  private let python: String
  private let environment: [String: String]
  private let folder: URL

  /// - Parameters:
  ///   - python: The path of the interpreter that has the workers' requirements.
  ///   - environment: The whole environment of the workers.
  ///   - folder: Where the workers' files and their messages are kept.
  public init(python: String, environment: [String: String], folder: URL) {
    self.python = python
    self.environment = environment
    self.folder = folder
  }

  public func run(_ program: WorkerProgram, specification file: URL, attempt: String) async throws -> WorkerEnd {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let workers = try WorkerPackage().unpack(in: folder)
    let log = folder.appending(path: "\(attempt).log")
    guard FileManager.default.createFile(atPath: log.path, contents: nil) else {
      throw ClusterError(.failed, "\(log.path) cannot be written; check the folder's permissions")
    }
    let output = try FileHandle(forWritingTo: log)
    defer { try? output.close() }  // What was written is there; nothing depends on the close.
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = [workers.appending(path: program.rawValue).path, "--spec", file.path]
    process.environment = environment.merging(["REVERSAL_ATTEMPT": attempt, "PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    let status = try await Self.run(process)
    try Task.checkCancellation()
    return WorkerEnd(
      WorkerEnd.Status(exitStatus: status), reason: Self.lastLine(of: log) ?? "ended with status \(status)")
  }

  private static func run(_ process: Process) async throws -> Int {
    let running = Mutex(process)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        running.withLock { process in
          process.terminationHandler = { ended in
            continuation.resume(
              returning: ended.terminationReason == .exit ? Int(ended.terminationStatus) : -Int(ended.terminationStatus)
            )
          }
          do {
            try withoutBlockedSignals { try process.run() }
          } catch {
            process.terminationHandler = nil
            continuation.resume(
              throwing: ClusterError(
                .failed,
                "\(process.executableURL?.path ?? "python") cannot be run; give the path of a Python with the workers' "
                  + "requirements"))
          }
        }
      }
    } onCancel: {
      running.withLock { if $0.isRunning { $0.terminate() } }
    }
  }

  /// A child begins with the signals blocked that its parent's thread blocks, and those of the concurrency pool block
  /// all: it could not be asked to end.
  private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var before = sigset_t()
    _ = unsafe sigemptyset(&none)
    _ = unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  private static func lastLine(of log: URL) -> String? {
    // A log that cannot be read leaves the exit status to say what happened.
    guard let content = try? Data(contentsOf: log, options: .mappedIfSafe) else { return nil }
    return String(decoding: content.suffix(4_096), as: UTF8.self).split(whereSeparator: \.isNewline).last
      .map { String($0).visible(limit: 500) }
  }
}
