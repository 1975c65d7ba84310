/// What an examiner writes, line by line: `passed`, `failed WHY`, and last `end` or why there is no more.
struct ExaminationRecord {
  private var unread: [UInt8] = []
  private var byteCount = 0
  private var passedTestCount = 0
  private var firstFailure: String?
  private var ending: Ending?

  private enum Ending: String {
    /// All tests have been run.
    case end
    /// The program ended before them.
    case ended
    /// There was nothing to be tested: loading raised an error, or a name is missing.
    case unloaded
    /// The tests cannot be run, whatever the program.
    case error
  }

  var hasEnded: Bool { ending != nil }

  mutating func append(_ bytes: [UInt8]) {
    byteCount += bytes.count
    unread += bytes
    while !hasEnded, let newline = unread.firstIndex(of: UInt8(ascii: "\n")) {
      read(String(decoding: unread[..<newline], as: UTF8.self))
      unread.removeSubrange(...newline)
    }
  }

  private mutating func read(_ line: String) {
    let parts = line.split(separator: " ", maxSplits: 1)
    let text = parts.count > 1 ? String(parts[1]) : ""
    switch parts.first {
    case "passed": passedTestCount += 1
    case "failed": firstFailure = firstFailure ?? text
    case let word?:
      ending = Ending(rawValue: String(word)) ?? .error
      if ending == .error, word != "error" {
        firstFailure = line
      } else if !text.isEmpty {
        firstFailure = firstFailure ?? text
      }
    case nil: break
    }
  }

  /// `isLate`: it was stopped. `program`: how the program ended by itself.
  func report(
    testCount: Int, isLate: Bool, program: (status: ChildProcess.Status, processorSeconds: Double)?,
    wallSeconds: Double, limits: ResourceLimits
  ) -> ProgramReport {
    let isKilled = program?.status == .signaled(9) || program?.status == .exited(128 + 9)
    // The kernel counts more for its limit than it reports.
    let isExhausted = isKilled && (program?.processorSeconds ?? 0) >= 0.5 * Double(limits.processorSeconds)
    let outcome: ProgramReport.Outcome
    var reason = firstFailure
    switch ending {
    case .end: outcome = passedTestCount == testCount ? .correct : .incorrect
    case .ended where isExhausted:
      outcome = .timeout
      reason = "\(limits.processorSeconds) s of processor time were used up"
    case .ended, .unloaded: outcome = .incorrect
    case .error: outcome = .error
    case nil where isLate:
      outcome = .timeout
      reason = "not done after \(limits.wallSeconds) s"
    case nil:
      // The examiner reached its own limits, with values of the program or with the tests' own work.
      outcome = wallSeconds >= Double(limits.processorSeconds) ? .timeout : .incorrect
      reason = firstFailure ?? "the tests' process ended before its tests"
    }
    return ProgramReport(
      outcome, passedTestCount: min(passedTestCount, testCount), testCount: testCount,
      firstFailure: outcome == .correct ? nil : reason.map { String($0.prefix(400)) },
      processorSeconds: program?.processorSeconds, wallSeconds: wallSeconds)
  }
}
