import Foundation
import TestSupport
import Testing

/// Runs the built program.
struct CommandLineResult {
  let status: Int32
  let output: String
  let errors: String
}

enum CommandLineTool {
  /// The executable stands beside the test bundle.
  static let program: URL = {
    // A program that ends by exit() leaves what its last frames hold, which is no leak of anything: leaks are looked for in
    // the tests' own process, which has read this variable already.
    if Sanitizer.isOn { _ = unsafe setenv("ASAN_OPTIONS", "detect_leaks=0", 1) }
    #if os(macOS)
      for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
        return bundle.bundleURL.deletingLastPathComponent().appending(path: "reversal")
      }
      fatalError("no test bundle")
    #else
      return Bundle.main.bundleURL.appending(path: "reversal")
    #endif
  }()

  /// - Parameter environment: Goes before this process's own.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> CommandLineResult {
    try run(program, arguments, input: input, environment: environment)
  }

  /// Runs a script of the shell, whose `$1`, `$2`, … are `arguments`.
  static func shell(_ script: String, _ arguments: [String], input: String = "") throws -> CommandLineResult {
    try run(URL(filePath: "/bin/sh"), ["-c", script, "sh"] + arguments, input: input, environment: [:])
  }

  /// Starts a command and ends it without warning when `moment` has come.
  ///
  /// - Returns: Its arguments as other processes saw them; empty where the system has no file of them.
  static func killed(
    _ arguments: [String], environment: [String: String] = [:], when moment: () -> Bool
  ) throws -> Data {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    // Not a task's sleep: other tests may hold the tasks' threads until the moment is over.
    while !moment(), process.isRunning { Thread.sleep(forTimeInterval: 0.001) }
    let seen = (try? Data(contentsOf: URL(filePath: "/proc/\(process.processIdentifier)/cmdline"))) ?? Data()
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    return seen
  }

  /// Every answer and problem of a run of two iterations, and its second training set.
  static func content(ofRun folder: String) throws -> String {
    try [["--completions"], ["--training-set", "2"], ["--problems"]].map { part in
      try run(["export", folder] + part).output
    }.joined()
  }

  private static func run(
    _ program: URL, _ arguments: [String], input: String, environment: [String: String]
  ) throws -> CommandLineResult {
    let process = Process()
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.executableURL = program
    process.arguments = arguments
    let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = standardError
    try process.run()
    // What the tests send fits a pipe's buffer.
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
    let errors = try standardError.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return CommandLineResult(
      status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }
}

/// A folder that is gone when the test is.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "reversal-cli-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { remove() }

  func remove() {
    // A folder that cannot be removed is the system's to clean.
    try? FileManager.default.removeItem(at: url)
  }

  func file(_ name: String, _ text: String) throws -> String {
    let file = url.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes `train.jsonl`, `test.jsonl` and `ood.jsonl`, problems of the generated task.
  func writeProblems(train: Int, test: Int, outOfDistribution: Int, seed: Int) throws {
    for (split, count) in [("train", train), ("test", test), ("ood", outOfDistribution)] {
      let problems = try CommandLineTool.run(["problems", "--split", split, "--count", "\(count)", "--seed", "\(seed)"])
      _ = try file("\(split).jsonl", problems.output)
    }
  }
}
