import Foundation
import Randomness
import Testing

/// SIGINT and SIGTERM end the work within seconds where nothing is lost, and say how to go on.
@Suite(.serialized) struct InterruptionTests {
  /// The promise is 5 s. The tests share the machine with others, unless they are the long ones.
  private static let limit = CrashTests.isLong ? 5.0 : 30.0

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .seconds(1)
  }

  @Test(arguments: [SIGINT, SIGTERM]) func anInterruptedRunIsGoneOnWith(signal: Int32) throws {
    let run = try TinyRun("sft-dpo")
    let start = ContinuousClock.now
    let reference = try run.reference()
    let whole = Self.seconds(since: start)
    let count = CrashTests.isLong ? 40 : 3
    var interrupted = 0
    var slowest = 0.0
    for index in 0..<count {
      let name = "interrupted-\(index)"
      let folder = run.folder(name)
      let tool = try run.start(name)
      usleep(UInt32(whole * 1e6 * (Double(index) + 0.7) / Double(count)))
      let sent = ContinuousClock.now
      tool.send(signal)
      let ending = try tool.end()
      slowest = max(slowest, Self.seconds(since: sent))
      switch (ending.status, ending.signal) {
      case (1, nil):
        interrupted += 1
        let isBegun = FileManager.default.fileExists(atPath: folder.path)
        #expect(
          ending.lastLine
            == "reversal: interrupted; "
            + (isBegun
              ? "what is done is kept, go on with: reversal resume \(folder.path)"
              : "nothing was begun, run the command again"))
      case (0, nil): break  // It was done before the signal came.
      case (nil, .some(signal)): #expect(index == 0, "only before it listens does a signal end it")
      default: Issue.record("\(ending.summary)")
      }
      #expect(try run.differences(name, from: reference) == [])
    }
    #expect(interrupted >= count / 2)
    #expect(slowest < Self.limit)
    if CrashTests.isLong { print("signal \(signal): \(interrupted) of \(count) interrupted, slowest \(slowest) s") }
  }

  /// In every durable write the signal is safe too.
  @Test(.enabled(if: FaultInjection.obstacle == nil, "\(FaultInjection.obstacle ?? "")"))
  func aSignalWithinADurableWriteIsSafe() throws {
    let run = try TinyRun("dpo")
    let (reference, log) = try run.reference(logging: CrashTests.durableCalls)
    let calls = log.count
    let audit = try #require(log.first { $0.target?.hasSuffix("/audit.json") == true }).number
    let cases = CrashTests.isLong ? 50 : 3
    for index in 1...cases {
      let name = "call-\(index)"
      let call = max(1, calls * index / (cases + 1))
      let faults = FaultInjection(
        folder: run.runs, calls: CrashTests.durableCalls, strike: (.before, call), signal: SIGTERM)
      let ending = try run.start(name, faults: faults).end()
      // Where only the audit's name and the report are left, the run may be over before the signal is heard.
      let isDone = ending.status == 0 && call >= audit
      let isInterrupted = ending.status == 1 && ending.lastLine.hasPrefix("reversal: interrupted; ")
      #expect(isInterrupted || isDone, "call \(call) of \(calls): \(ending.summary)")
      #expect(try run.differences(name, from: reference) == [])
    }
  }

  @Test func anInterruptedTrainingSaysHowToGoOn() throws {
    let training = try TinyTraining()
    try #require(try training.start("whole").end().status == 0)
    let tool = try training.start("out")
    let states = training.output("out.training")
    tool.wait { FileManager.default.fileExists(atPath: states.path + "/step-00000001") }
    tool.send(SIGTERM)
    let ending = try tool.end()
    #expect(ending.status == 1)
    #expect(
      ending.lastLine
        == "reversal: interrupted; the newest state in \(states.path) is kept, go on with the same command and --resume"
    )
    #expect(try training.start("out", resumes: true).end().status == 0)
    #expect(try training.weights("out") == training.weights("whole"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: training.outputs.path).sorted() == ["out", "whole"])
  }

  /// An audit that waits for its input can do nothing but wait.
  @Test func workThatDoesNotEndIsEndedAndASecondSignalEndsItAtOnce() throws {
    let arguments = ["audit", "--problems", "-", "--samples", "1=/dev/null"]
    do {
      let input = Pipe()
      let tool = try RunningTool(arguments, input: input)
      usleep(500_000)
      let start = ContinuousClock.now
      tool.send(SIGTERM)
      let ending = try tool.end()
      let seconds = Self.seconds(since: start)
      #expect(ending.status == 1 && seconds > 3 && seconds < Self.limit, "\(seconds) s, \(ending.summary)")
      #expect(ending.errors == "reversal: interrupted; the audit is not written, run the command again\n")
    }
    let input = Pipe()
    let tool = try RunningTool(arguments, input: input)
    usleep(500_000)
    let start = ContinuousClock.now
    tool.send(SIGTERM)
    usleep(200_000)
    #expect(tool.isRunning)
    tool.send(SIGTERM)
    #expect(try tool.end().signal == SIGTERM)
    #expect(Self.seconds(since: start) < Self.limit)
  }

  #if os(Linux)
    /// Programs that models wrote are killed and reaped.
    @Test func programsEndWithTheWorkThatRanThem() throws {
      let folder = try TemporaryFolder()
      let problems = try folder.file(
        "problems.jsonl",
        #"{"id":"p","task":"mbpp","question":"Write f.","reference":"","tests":["assert f() == 1"],"setup":""}"# + "\n")
      let samples = try folder.file(
        "samples.jsonl",
        (0..<64).map {
          #"{"problem_id":"p","sample_index":\#($0),"decoding":"sampled","completion":"```python\ndef f():\n  while True: pass\n```"}"#
            + "\n"
        }.joined())
      let tool = try RunningTool(["audit", "--problems", problems, "--samples", "1=\(samples)"])
      var children: Set<Int32> = []
      tool.wait {
        children = Self.descendants(of: tool.identifier)
        return children.count >= 2
      }
      guard children.count >= 2 else {
        Issue.record("no program ran: \(try tool.end().summary)")
        return
      }
      usleep(100_000)
      children = Self.descendants(of: tool.identifier)
      let start = ContinuousClock.now
      tool.send(SIGINT)
      let ending = try tool.end()
      #expect(ending.status == 1 && ending.lastLine.hasPrefix("reversal: interrupted; "), "\(ending.summary)")
      #expect(Self.seconds(since: start) < Self.limit)
      usleep(200_000)
      let left = children.filter(Self.isAlive)
      #expect(left.isEmpty, "\(left.count) of \(children.count) processes outlive the work")
    }

    /// An ended one of the sandbox's own, whose parent ended first, is there until the system's first process reaps it.
    private static func isAlive(_ process: Int32) -> Bool {
      // Where there is no such file there is no such process.
      guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let end = text.lastIndex(of: ")")
      else { return false }
      return text[end...].split(separator: " ")[1] != "Z"
    }

    private static func descendants(of ancestor: Int32) -> Set<Int32> {
      var parents: [Int32: Int32] = [:]
      // A process that ends meanwhile has no line any more.
      for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
        guard let process = Int32(name), let text = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
          let end = text.lastIndex(of: ")")
        else { continue }
        parents[process] = Int32(text[end...].split(separator: " ")[2])
      }
      func isDescendant(_ process: Int32) -> Bool {
        guard let parent = parents[process] else { return false }
        return parent == ancestor || isDescendant(parent)
      }
      return Set(parents.keys.filter(isDescendant))
    }
  #endif
}
