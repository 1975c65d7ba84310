import Foundation
import Synchronization

/// Runs programs that nobody trusts against tests that they cannot see, several at a time.
///
/// A program and its tests run in two sandboxes of their own. The program's gets the arguments of one call at a time
/// and answers with plain values; expected values, comparisons and the verdict are the other's
/// (`design/004-judging-programs.md`).
public final class ProgramJudge: Sendable {
  public let isolation: Isolation
  public let limits: ResourceLimits
  private let path: String?
  private let queue: OperationQueue
  private let found = Mutex<Swift.Result<ProgramSandbox, SandboxError>?>(nil)

  /// - Parameters:
  ///   - workerCount: how many programs run at a time; each takes about one processor.
  ///   - path: where `bwrap` and `setpriv` are looked for, and `python3` where there is none in `/usr`.
  public init(
    isolation: Isolation = .bubblewrap, limits: ResourceLimits = ResourceLimits(),
    workerCount: Int = ProcessInfo.processInfo.activeProcessorCount,
    path: String? = ProcessInfo.processInfo.environment["PATH"]
  ) {
    self.isolation = isolation
    self.limits = limits
    self.path = path
    queue = OperationQueue()
    queue.name = "programs"
    queue.maxConcurrentOperationCount = max(1, workerCount)
  }

  /// - Throws: `SandboxError`, one line that says why programs cannot be run here and what to install.
  public func checkAvailability() throws(SandboxError) { _ = try sandbox() }

  /// Never throws: without a sandbox, the outcome is `error` and says so. A cancelled task gets `timeout` at once.
  public func judge(program: String, tests: ProgramTests) async -> ProgramReport {
    let cancelled = Cancellation()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue.addOperation {
          continuation.resume(returning: self.report(on: program, tests) { cancelled.isSet })
        }
      }
    } onCancel: {
      cancelled.set()
    }
  }

  /// The reports in the order of `jobs`.
  public func judge(_ jobs: [(program: String, tests: ProgramTests)]) async -> [ProgramReport] {
    await withTaskGroup(of: (Int, ProgramReport).self) { group in
      for (index, job) in jobs.enumerated() {
        group.addTask { (index, await self.judge(program: job.program, tests: job.tests)) }
      }
      var reports: [ProgramReport?] = Array(repeating: nil, count: jobs.count)
      for await (index, report) in group { reports[index] = report }
      return reports.compactMap { $0 }
    }
  }

  private func report(on program: String, _ tests: ProgramTests, isCancelled: @escaping () -> Bool) -> ProgramReport {
    do throws(SandboxError) {
      return Examination(sandbox: try sandbox(), limits: limits, isolation: isolation, isCancelled: isCancelled)
        .report(on: program, tests)
    } catch {
      return ProgramReport(
        .error, passedTestCount: 0, testCount: tests.tests.count, firstFailure: error.description)
    }
  }

  /// Looked for once; the others wait meanwhile.
  private func sandbox() throws(SandboxError) -> ProgramSandbox {
    try found.withLock { found throws(SandboxError) in
      if let found { return try found.get() }
      let result: Swift.Result<ProgramSandbox, SandboxError>
      do throws(SandboxError) {
        result = .success(try ProgramSandbox(isolation, path: path))
      } catch {
        result = .failure(error)
      }
      found = result
      return try result.get()
    }
  }
}

private final class Cancellation: Sendable {
  private let flag = Atomic(false)

  var isSet: Bool { flag.load(ordering: .relaxed) }
  func set() { flag.store(true, ordering: .relaxed) }
}
