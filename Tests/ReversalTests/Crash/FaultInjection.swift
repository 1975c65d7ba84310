import Foundation

/// Faults for a process that a test starts, by the library in Tests/FaultInjection, whose header explains each.
struct FaultInjection {
  /// Where in a counted call the process is struck.
  enum Moment: String, CaseIterable { case before, within, after }

  /// The folder whose files are meant; also its parent's where a run is being made there.
  var folder: URL
  /// Only paths of this pattern, `*` crossing slashes.
  var match: String?
  /// Only these calls, for instance `["fsync", "rename"]`; nil is all that change something.
  var calls: [String]?
  /// The signal in the n-th counted call, from 1.
  var strike: (moment: Moment, call: Int)?
  var signal = SIGKILL
  /// The n-th counted call and all later ones, or only `count` of them, fail.
  var failure: (from: Int, count: Int?, error: String)?
  /// Bytes that can still be written.
  var space: Int?
  /// A line for every counted call.
  var log: URL?

  /// nil where it works; otherwise why tests that need it are skipped.
  static let obstacle: String? = {
    #if os(Linux)
      FileManager.default.fileExists(atPath: library.path)
        ? nil : "\(library.path) is missing; build with `swift build --build-tests`"
    #else
      "preloading is for Linux"
    #endif
  }()

  private static let library = CommandLineTool.program.deletingLastPathComponent().appending(
    path: "libFaultInjection.so")

  var environment: [String: String] {
    // Links are resolved: the library sees what the kernel says.
    var variables = [
      "LD_PRELOAD": Self.library.path, "FAULT_UNDER": folder.resolvingSymlinksInPath().path,
      "FAULT_SIGNAL": "\(signal)",
    ]
    variables["FAULT_MATCH"] = match
    variables["FAULT_CALLS"] = calls?.joined(separator: ",")
    if let strike { variables["FAULT_KILL_\(strike.moment.rawValue.uppercased())"] = "\(strike.call)" }
    if let failure {
      variables["FAULT_FAIL_FROM"] = "\(failure.from)"
      variables["FAULT_FAIL_COUNT"] = failure.count.map(String.init)
      variables["FAULT_ERRNO"] = failure.error
    }
    variables["FAULT_SPACE"] = space.map(String.init)
    variables["FAULT_LOG"] = log?.path
    return variables
  }
}

/// A line of the log.
struct FaultLogEntry: Hashable {
  let number: Int
  let call: String
  /// 0 or the errno.
  let result: Int
  let path: String
  /// Of a rename or link.
  let target: String?

  static func read(_ log: URL) throws -> [FaultLogEntry] {
    // A process that changed nothing wrote no log.
    guard FileManager.default.fileExists(atPath: log.path) else { return [] }
    return try String(contentsOf: log, encoding: .utf8).split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 3)
      guard parts.count == 4, let number = Int(parts[0]), let result = Int(parts[2]) else { return nil }
      let paths = parts[3].split(separator: "\t", maxSplits: 1).map(String.init)
      return FaultLogEntry(
        number: number, call: String(parts[1]), result: result, path: paths[0],
        target: paths.count > 1 ? paths[1] : nil)
    }
  }
}
