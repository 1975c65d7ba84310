import Foundation
import Testing

/// The built program at work, to be struck.
final class RunningTool {
  struct Ending {
    /// The exit status; nil where a signal ended it.
    let status: Int32?
    let signal: Int32?
    let errors: String

    var lastLine: String { errors.split(separator: "\n").last.map(String.init) ?? "" }
    var summary: String { "status \(status.map(String.init) ?? "none"), signal \(signal ?? 0): \(errors)" }
  }

  private let process = Process()
  private let errors: URL

  /// - Parameter input: What it reads; nothing unless given.
  init(_ arguments: [String], faults: FaultInjection? = nil, input: Pipe? = nil) throws {
    errors = FileManager.default.temporaryDirectory.appending(path: "reversal-errors-\(UUID().uuidString)")
    try Data().write(to: errors)
    process.executableURL = CommandLineTool.program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(faults?.environment ?? [:]) { $1 }
    process.standardInput = input ?? FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
  }

  // A file that stays is the temporary folder's litter.
  deinit { try? FileManager.default.removeItem(at: errors) }

  var identifier: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  func send(_ signal: Int32) { kill(identifier, signal) }

  func end() throws -> Ending {
    process.waitUntilExit()
    let wasSignaled = process.terminationReason == .uncaughtSignal
    return Ending(
      status: wasSignaled ? nil : process.terminationStatus, signal: wasSignaled ? process.terminationStatus : nil,
      errors: try String(contentsOf: errors, encoding: .utf8))
  }

  /// Waits until `condition` holds or the process has ended.
  func wait(until condition: () -> Bool) {
    while isRunning, !condition() { usleep(500) }
  }
}
