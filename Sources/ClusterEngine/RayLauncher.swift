import Foundation

/// Runs workers as jobs of a Ray cluster that shares its storage with this machine.
public struct RayLauncher: WorkerLauncher {
  private let jobs: RayJobs
  private let package: WorkerPackage
  private let python: String
  private let environment: [String: String]
  private let pollInterval: Duration
  /// How long the head may be out of reach before the attempt counts as lost.
  private let patience: Duration

  /// - Parameters:
  ///   - python: The interpreter on the cluster's machines that has the workers' requirements.
  ///   - environment: Variables of the workers.
  public init(
    jobs: RayJobs, python: String = "python", environment: [String: String] = [:],
    pollInterval: Duration = .seconds(1), patience: Duration = .seconds(60)
  ) {
    self.jobs = jobs
    self.package = WorkerPackage()
    self.python = python
    self.environment = environment
    self.pollInterval = pollInterval
    self.patience = patience
  }

  public func run(_ program: WorkerProgram, specification file: URL, attempt: String) async throws -> WorkerEnd {
    do {
      do {
        try await submit(program, file, attempt)
      } catch let error as RayJobs.Unreachable {
        return WorkerEnd(.tryAgain, reason: error.description)
      }
      return try await end(of: attempt)
    } catch is CancellationError {
      // In a task of its own, since this one is cancelled. It may have been taken although nobody waited for the answer; a
      // head that is gone has stopped its jobs already.
      await Task { _ = try? await jobs.stop(attempt) }.value
      throw CancellationError()
    }
  }

  private func submit(_ program: WorkerProgram, _ file: URL, _ attempt: String) async throws {
    try await jobs.upload(package)
    try await jobs.submit(
      "exec \(Self.quoted(python)) \(program.rawValue) --spec \(Self.quoted(file.path))", id: attempt,
      package: package, environment: environment.merging(["REVERSAL_ATTEMPT": attempt]) { $1 },
      metadata: ["program": program.rawValue, "attempt": attempt])
  }

  private func end(of id: String) async throws -> WorkerEnd {
    var lastSeen = ContinuousClock.now
    while true {
      try await Task.sleep(for: pollInterval)
      do {
        guard let job = try await jobs.job(id) else {
          return WorkerEnd(.tryAgain, reason: "the cluster has lost the job \(id); its head was started anew")
        }
        lastSeen = .now
        if job.status.isFinal { return try end(job, id) }
      } catch let error as RayJobs.Unreachable {
        if .now - lastSeen > patience { return WorkerEnd(.tryAgain, reason: error.description) }
      }
    }
  }

  private func end(_ job: RayJob, _ id: String) throws -> WorkerEnd {
    let reason = Self.lastLine(of: job.message).map(jobs.visible) ?? "the job \(id) says nothing"
    switch job.status {
    case .stopped:
      throw ClusterError(.failed, "the job \(id) was stopped on the cluster; continue when it may run")
    case .succeeded: return WorkerEnd(.done, reason: reason)
    default:
      // A job without an exit status was never started, or killed.
      return WorkerEnd(job.driverExitCode.map { WorkerEnd.Status(exitStatus: $0) } ?? .tryAgain, reason: reason)
    }
  }

  private static func lastLine(of message: String?) -> String? {
    message?.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
  }

  /// As one word of a shell's command.
  static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}
