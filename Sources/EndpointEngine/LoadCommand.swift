import Core
import Foundation

/// A program of the user's that makes the server load a checkpoint. It is started as it is, by no shell.
struct LoadCommand: Sendable {
  private let arguments: [String]
  private let program: URL

  /// - Throws: `InputError` where there is no such program.
  init(_ template: [String], checkpoint: Checkpoint, model: String, searchPath: String) throws {
    arguments = template.map {
      $0.replacing("{checkpoint}", with: checkpoint.folder.path).replacing("{model}", with: model)
        .replacing("{t}", with: "\(checkpoint.iteration)")
    }
    guard let name = arguments.first, let program = Self.find(name, in: searchPath) else {
      throw InputError("the load_command \(template.first ?? "") is no program that can be run; give its path")
    }
    self.program = program
  }

  /// Runs the program to its end; what it prints goes to standard error.
  ///
  /// - Throws: `EndpointError` where it fails.
  func run(address: String) async throws {
    let process = Process()
    process.executableURL = program
    process.arguments = Array(arguments.dropFirst())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.standardError
    let running = RunningProcess(process)
    let status: Int32 = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
        do { try process.run() } catch { continuation.resume(throwing: error) }
      }
    } onCancel: {
      running.end()
    }
    try Task.checkCancellation()
    guard status == 0 else {
      throw EndpointError(
        .notServed, address: address, "load_command \(program.path) ended with status \(status); mend it, then resume")
    }
  }

  private static func find(_ name: String, in path: String) -> URL? {
    let candidates =
      name.contains("/")
      ? [URL(fileURLWithPath: name)]
      : path.split(separator: ":").map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// `Process` may be ended from any thread, though it is not marked so.
  private final class RunningProcess: @unchecked Sendable {
    private let process: Process
    init(_ process: Process) { self.process = process }
    func end() { if process.isRunning { process.terminate() } }
  }
}
