import Foundation
import Randomness
import Synchronization
import Testing

/// A run that is killed anywhere and gone on with is the run that was not, to the byte.
@Suite(
  .serialized, .enabled(if: FaultInjection.obstacle == nil, "\(FaultInjection.obstacle ?? "")")
) struct CrashTests {
  static let methods = ["sft", "dpo", "sft-dpo", "gold", "restart"]
  static let isLong = ProcessInfo.processInfo.environment["REVERSAL_TORTURE"] == "1"
  /// What separates one state of the disk from the next; writes between them only fill what is not there yet.
  static let durableCalls = ["fsync", "rename", "link", "unlink", "truncate", "mkdir"]

  /// The run's making, its stages, its audit and its report: together the methods cover all of it.
  @Test(.enabled(if: !isLong, "the long version does all of it"), arguments: methods)
  func aRunKilledAtAFewDurableWritesIsTheRunThatWasNot(method: String) throws {
    let run = try TinyRun(method)
    let (reference, log) = try run.reference(logging: Self.durableCalls)
    #expect(Self.strangers(in: log).isEmpty)
    let count = log.count
    // From the first call in the first method to one of the report's in the last.
    let offset = Self.methods.firstIndex(of: method) ?? 0
    let calls = (0...1).map { 1 + (count - 3) * (2 * offset + $0) / (2 * Self.methods.count - 1) }
    try Self.kill(run, at: calls.map { (.before, $0) }, Self.durableCalls, reference)
  }

  @Test(.enabled(if: isLong, "takes many minutes; REVERSAL_TORTURE=1 runs it"), arguments: methods)
  func aRunKilledAtEveryDurableWriteIsTheRunThatWasNot(method: String) throws {
    let run = try TinyRun(method)
    let (reference, log) = try run.reference(logging: Self.durableCalls)
    let count = log.count
    print("\(method): \(count) durable writes")
    try Self.kill(run, at: (1...count).map { (.before, $0) }, Self.durableCalls, reference)
  }

  /// A write that is cut in its middle, of the database, its log, a checkpoint, the audit or the report.
  @Test(.enabled(if: isLong, "takes many minutes; REVERSAL_TORTURE=1 runs it"), arguments: methods)
  func aRunKilledWithinAWriteIsTheRunThatWasNot(method: String) throws {
    let run = try TinyRun(method)
    let (reference, log) = try run.reference(logging: ["write"])
    let count = log.count
    let offset = Self.methods.firstIndex(of: method) ?? 0
    let calls = Array(stride(from: 1 + offset, through: count, by: max(1, count / 40)))
    print("\(method): \(count) writes, cut in \(calls.count)")
    try Self.kill(run, at: calls.map { (.within, $0) }, ["write"], reference)
  }

  @Test(.enabled(if: isLong, "takes many minutes; REVERSAL_TORTURE=1 runs it"), arguments: methods)
  func aRunKilledAtRandomMomentsIsTheRunThatWasNot(method: String) throws {
    let run = try TinyRun(method)
    let start = ContinuousClock.now
    let reference = try run.reference()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let seed = UInt64(ProcessInfo.processInfo.environment["REVERSAL_CRASH_SEED"] ?? "") ?? .random(in: 0..<1_000_000)
    print("\(method): 200 random moments of \(seconds) s; seed \(seed) (REVERSAL_CRASH_SEED)")
    try Self.forEach(200) { index in
      var random = RandomStream(seed: seed, "crash", method, "\(index)")
      let name = "random-\(index)"
      // Every third run is killed while it is being resumed too, and every ninth a third time.
      for strike in 0...(index % 9 == 0 ? 2 : index % 3 == 0 ? 1 : 0) {
        let tool = try run.start(name)
        usleep(UInt32(random.uniform() * seconds * 1.1e6 / Double(1 + strike)))
        tool.send(SIGKILL)
        _ = try tool.end()
      }
      return try run.differences(name, from: reference).map { "\(method), moment \(index): \($0)" }
    }
  }

  /// The process that goes on is killed too, at another call of its own.
  @Test func aRunKilledTwiceIsTheRunThatWasNot() throws {
    let run = try TinyRun("sft-dpo")
    let (reference, log) = try run.reference(logging: Self.durableCalls)
    let count = log.count
    let cases = Self.isLong ? 40 : 2
    try Self.forEach(cases) { index in
      let name = "twice-\(index)"
      for share in [Double(index + 1) / Double(cases + 1), 0.4] {
        let call = max(1, Int(share * Double(count)))
        let faults = FaultInjection(folder: run.runs, calls: Self.durableCalls, strike: (.after, call))
        _ = try run.start(name, faults: faults).end()
      }
      return try run.differences(name, from: reference).map { "killed twice, \(index): \($0)" }
    }
  }

  /// `reversal train` continues from its states, wherever it was killed.
  @Test func aTrainingKilledAtDurableWritesIsTheTrainingThatWasNot() throws {
    let training = try TinyTraining(log: true)
    let log = training.folder.url.appending(path: "log")
    let whole = FaultInjection(folder: training.outputs, calls: Self.durableCalls, log: log)
    try #require(try training.start("whole", faults: whole).end().status == 0)
    let weights = try training.weights("whole")
    let steps = try Data(contentsOf: training.log("whole"))
    // When all that is left is to remove the lock, the training is over.
    let count = try #require(try FaultLogEntry.read(log).last { !$0.path.hasSuffix(".lock") }).number
    let calls = Self.isLong ? Array(1...count) : [2, count / 3, count - 3, count - 1]
    try Self.forEach(calls.count) { index in
      let name = "killed-\(index)"
      let faults = FaultInjection(
        folder: training.outputs, calls: Self.durableCalls, strike: (.before, calls[index]))
      let killed = try training.start(name, faults: faults).end()
      let ending = try training.start(name, resumes: true).end()
      var differences: [String] = []
      if killed.signal != SIGKILL { differences.append("was not killed: \(killed.summary)") }
      if ending.status != 0 { differences.append("resumed: \(ending.summary)") }
      if try training.weights(name) != weights { differences.append("other weights") }
      if try Data(contentsOf: training.log(name)) != steps { differences.append("other steps in the log") }
      let left = try FileManager.default.contentsOfDirectory(atPath: training.outputs.path).filter {
        $0.contains(name + ".") && $0 != name + ".jsonl"
      }
      if !left.isEmpty { differences.append("litter \(left)") }
      return differences.map { "training killed at call \(calls[index]) of \(count): \($0)" }
    }
    #expect(Self.strangers(in: try FaultLogEntry.read(log)).isEmpty)
  }

  /// Hidden files that are neither a draft nor a lock: nobody would remove what a killed process leaves of them.
  private static func strangers(in log: [FaultLogEntry]) -> [String] {
    log.flatMap { [$0.path, $0.target ?? ""] }.filter { path in
      path.split(separator: "/").contains { $0.hasPrefix(".") && !$0.contains(".partial-") && !$0.hasSuffix(".lock") }
    }
  }

  // MARK: - Killing

  private static func kill(
    _ run: TinyRun, at strikes: [(moment: FaultInjection.Moment, call: Int)], _ calls: [String], _ reference: RunImage
  ) throws {
    try forEach(strikes.count) { index in
      let (moment, call) = strikes[index]
      let name = "\(moment)-\(call)"
      let killed = try run.start(
        name, faults: FaultInjection(folder: run.runs, calls: calls, strike: (moment, call))
      ).end()
      // SQLite may write less often in another run: its log is moved to the database as threads come to it.
      let isAlive = killed.signal != SIGKILL && killed.status != 0
      return try (isAlive ? ["was not killed: \(killed.summary)"] : [])
        + run.differences(name, from: reference).map { "\(run.method), \(moment) call \(call): \($0)" }
    }
  }

  /// Several at a time, as many as there are processors; all that differs is said.
  private static func forEach(_ count: Int, _ body: @Sendable (Int) throws -> [String]) throws {
    let found = Mutex<[String]>([])
    let width = isLong ? ProcessInfo.processInfo.activeProcessorCount : 1
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: width) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        do {
          let differences = try body(index)
          found.withLock { $0 += differences }
        } catch {
          found.withLock { $0.append("\(index): \(error)") }
        }
      }
    }
    let differences = found.withLock { $0 }
    #expect(differences.isEmpty, "\(differences.count) differences: \(differences.prefix(10))")
  }
}
