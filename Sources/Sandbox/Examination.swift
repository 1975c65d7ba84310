import Foundation

/// One program before one set of tests: two sandboxes that share a connection and nothing else.
struct Examination {
  let sandbox: ProgramSandbox
  let limits: ResourceLimits
  let isolation: Isolation
  let isCancelled: () -> Bool

  /// Neither is copied into a message that could grow without end.
  static let largestProgram = 1 << 20
  static let largestTests = 2 << 20

  /// Returns when every process that it started has ended, and blocks its thread until then.
  func report(on program: String, _ tests: ProgramTests) -> ProgramReport {
    let testsSize = tests.tests.reduce(tests.setup.utf8.count) { $0 + $1.utf8.count }
    guard !tests.tests.isEmpty else { return error(tests, "there are no tests; give the problem at least one") }
    guard testsSize <= Self.largestTests else { return error(tests, "the tests are larger than 2 MiB") }
    guard program.utf8.count <= Self.largestProgram else {
      return ProgramReport(
        .incorrect, passedTestCount: 0, testCount: tests.tests.count, firstFailure: "the program is larger than 1 MiB")
    }
    // Of many that wait for their turn, none begins any more.
    guard !isCancelled() else {
      return ProgramReport(
        .timeout, passedTestCount: 0, testCount: tests.tests.count, firstFailure: "it was not run: interrupted")
    }
    let start = ContinuousClock.now
    do throws(SandboxError) {
      return try run(program, tests, start: start)
    } catch {
      return self.error(tests, error.description)
    }
  }

  private func run(_ program: String, _ tests: ProgramTests, start: ContinuousClock.Instant) throws(SandboxError)
    -> ProgramReport
  {
    let deadline = start + .seconds(limits.wallSeconds)
    let null = try Descriptor.null()
    let (programEnd, examinerEnd) = try Descriptor.pair()
    let (results, resultsEnd) = try Descriptor.pair()
    let job = try Descriptor.file(of: Self.encoded(program, tests))
    // Without a sandbox, a program writes its files into a folder that goes with it.
    let folder = isolation == .unsafeNone ? try Self.newFolder() : nil
    defer {
      if let folder { try? FileManager.default.removeItem(atPath: folder) }  // Nothing is left to be done about it.
    }
    let options = limits.arguments(isolation) + [folder ?? "/tmp"]
    let worker = try sandbox.start(
      .program, options: options, limits: limits, null: null, channel: programEnd)
    programEnd.close()
    let examiner: ChildProcess
    do throws(SandboxError) {
      examiner = try sandbox.start(
        .examiner, options: options, limits: limits, null: null, input: job,
        output: resultsEnd, channel: examinerEnd)
    } catch {
      worker.end()
      throw error
    }
    examinerEnd.close()
    resultsEnd.close()

    var record = ExaminationRecord()
    var isLate = false
    while !record.hasEnded {
      // Cancellation is looked for now and then.
      let turn = min(deadline, .now + .milliseconds(200))
      if let bytes = results.read(until: turn) {
        if bytes.isEmpty { break }
        record.append(bytes)
      } else if ContinuousClock.now >= deadline || isCancelled() {
        isLate = true
        break
      }
    }
    // Both have a moment to leave by themselves, the program because its connection ends: their times are read then.
    let moment = ContinuousClock.now + (isLate ? .zero : .milliseconds(250))
    if examiner.wait(until: moment) == nil { examiner.end() }
    let ended = worker.wait(until: moment)
    if ended == nil { worker.end() }
    let wallSeconds = (ContinuousClock.now - start) / .seconds(1)
    return record.report(
      testCount: tests.tests.count, isLate: isLate, program: ended, wallSeconds: wallSeconds, limits: limits)
  }

  private func error(_ tests: ProgramTests, _ reason: String) -> ProgramReport {
    ProgramReport(.error, passedTestCount: 0, testCount: tests.tests.count, firstFailure: reason)
  }

  private static func newFolder() throws(SandboxError) -> String {
    let folder = NSTemporaryDirectory() + "/reversal-program-\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw SandboxError("\(folder) cannot be made; free some space")
    }
    return folder
  }

  /// The arguments of `examine` in `Python/examiner.py`, as `Python/channel.py` writes values.
  private static func encoded(_ program: String, _ tests: ProgramTests) -> [UInt8] {
    func text(_ value: String) -> [UInt8] { Array("s\(value.utf8.count):".utf8) + Array(value.utf8) }
    func list(_ values: [String]) -> [UInt8] { Array("l\(values.count):".utf8) + values.flatMap(text) }
    return Array("l4:".utf8) + text(program) + text(tests.setup) + list(tests.tests) + list(tests.entryPoints)
  }
}
