import Foundation
import Sandbox
import Testing

/// Programs that try to be judged correct without being it, to use up the machine, or to reach out of the sandbox.
/// The first line of each says which outcomes are right; `answer` is to be the square.
@Suite(.serialized, .enabled(if: TestSandbox.isAvailable, "bubblewrap is not installed here"))
struct HostileProgramTests {
  private static let tests = ProgramTests(
    tests: ["assert answer(2) == 4", "assert answer(3) == 9", "assert answer(10) == 100"])
  private static let good = "def answer(x):\n    return x * x\n"

  @Test func everyOneIsContainedAndNothingIsLeft() async throws {
    let programs = try HostileProgram.all()
    #expect(programs.count >= 90)
    let before = try TestSandbox.temporaryFiles()
    let marker = 4_194_301
    let judge = TestSandbox.judge(TestSandbox.limits(fileBytes: marker), workerCount: 4)
    // Between hostile programs stand good ones, which must not notice.
    let jobs = programs.flatMap { [($0.text, Self.tests), (Self.good, Self.tests)] }
    let reports = await judge.judge(jobs)
    for (index, program) in programs.enumerated() {
      let report = reports[2 * index]
      #expect(program.outcomes.contains(report.outcome), "\(program.name): \(report)")
      #expect(report.firstFailure.map { $0.count <= 400 && !$0.contains("\u{1B}") } ?? true, "\(program.name)")
      #expect(report.wallSeconds < 30, "\(program.name)")
      let neighbour = reports[2 * index + 1]
      #expect(neighbour.outcome == .correct, "beside \(program.name): \(neighbour)")
    }
    #expect(try await TestSandbox.noProcessIsLeft(marked: marker))
    #expect(try await TestSandbox.noFileIsLeft(besides: before))
  }
}

struct HostileProgram {
  let name: String
  let outcomes: [ProgramReport.Outcome]
  let text: String

  static func all() throws -> [HostileProgram] {
    guard let folder = Bundle.module.url(forResource: "Fixtures/hostile", withExtension: nil) else { return [] }
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return try files.filter { $0.pathExtension == "py" }.sorted { $0.path < $1.path }.map { file in
      let text = try String(contentsOf: file, encoding: .utf8)
      let words = text.dropFirst(2).prefix { $0 != ":" }.split(separator: " ")
      return HostileProgram(
        name: file.deletingPathExtension().lastPathComponent,
        outcomes: words.compactMap { ProgramReport.Outcome(rawValue: String($0)) }, text: text)
    }
  }
}

enum TestSandbox {
  /// Tight, so that what runs into a limit does so soon. An odd size of files marks the processes of one test.
  static func limits(fileBytes: Int = 4 << 20) -> ResourceLimits {
    ResourceLimits(
      processorSeconds: 1, wallSeconds: 6, memoryBytes: 256 << 20, threadCount: 16, fileBytes: fileBytes,
      temporaryBytes: 8 << 20)
  }

  static func judge(_ limits: ResourceLimits = limits(), workerCount: Int = 2) -> ProgramJudge {
    ProgramJudge(limits: limits, workerCount: workerCount)
  }

  static let isAvailable: Bool = {
    do {
      try judge().checkAvailability()
      return true
    } catch {
      print("\(error)")
      return false
    }
  }()

  static func temporaryFiles() throws -> Set<String> {
    Set(
      try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory())
        .filter { $0.hasPrefix("reversal-program-") })
  }

  /// Other tests' programs have files too, for as long as they run.
  static func noFileIsLeft(besides before: Set<String>) async throws -> Bool {
    var left = try temporaryFiles().subtracting(before)
    for _ in 0..<100 where !left.isEmpty {
      try await Task.sleep(for: .milliseconds(100))
      left.formIntersection(try temporaryFiles())
    }
    if !left.isEmpty { print("left: \(left.sorted())") }
    return left.isEmpty
  }

  /// The kernel may take a moment to end a namespace.
  static func noProcessIsLeft(marked marker: Int) async throws -> Bool {
    for _ in 0..<50 {
      if try processes(marker).isEmpty { return true }
      try await Task.sleep(for: .milliseconds(100))
    }
    print("left: \(try processes(marker))")
    return false
  }

  private static func processes(_ marker: Int) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }.filter { process in
      // A process that has ended meanwhile has no command line.
      guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { return false }
      return String(decoding: line, as: UTF8.self).contains("\0\(marker)\0")
    }
  }
}
