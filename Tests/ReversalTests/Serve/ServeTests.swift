import Core
import Foundation
import Iteration
import RunStore
import Synchronization
import Testing

private final class Signal: Sendable {
  let isSet = Mutex(false)
}

@Suite struct ServeTests {
  private static func configuration() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let settings = RunConfiguration(task: "arithmetic", model: "M0", method: .sft, iterations: 1, seed: 7)
    return String(decoding: try encoder.encode(settings), as: UTF8.self)
  }

  /// A run with the settings of a real one, of which nothing is done.
  private static func create(_ folder: URL) throws -> RunStore {
    let problems = (0..<40).map { number in
      RunProblem(
        split: .test,
        problem: Problem(
          id: ProblemID("q\(number)"), task: "arithmetic", question: "How many is \(number)?", reference: "\(number)",
          group: "Level \(1 + number % 5)"), prompt: "Q")
    }
    return try RunStore.create(
      at: folder,
      manifest: RunManifest(
        toolVersion: "0.1.0", createdAt: Date(timeIntervalSince1970: 1_700_000_000), task: "arithmetic", taskVersion: 1,
        method: "sft", iterations: 1, seed: 7, configuration: configuration(), firstIterationSettings: [:]),
      problems: problems,
      stages: [StageRecord(key: StageKey(1, .sampleTest), total: 40, unit: "questions")],
      now: { Date(timeIntervalSince1970: 1_700_000_001) })
  }

  private static func append(_ number: Int, to store: RunStore) throws {
    let text = String(repeating: "working on word\(number)x with <<\(number)+1=\(number + 1)>> ", count: 40)
    try store.append(
      (0..<25).map { index in
        JudgedCompletion(
          completion: Completion(
            problemID: ProblemID("q\(number)"), sampleIndex: index, decoding: .sampled, text: "\(index) " + text,
            tokenIDs: [1, 2, 3], finishReason: .stop, tokenCount: 3, logProbability: -1),
          verdict: Verdict(index % 3 == 0 ? .correct : .incorrect, extracted: "\(index)"))
      }, split: .test, to: StageKey(1, .sampleTest), done: number + 1, total: 40)
  }

  /// What lies in a run's folder, without SQLite's log and its index where the log is empty: who looks on as the writer
  /// closes keeps SQLite from removing them.
  private static func listing(_ folder: URL) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let log = folder.appending(path: "run.sqlite-wal")
    guard names.contains(log.lastPathComponent), try Data(contentsOf: log).isEmpty else { return names }
    return names.filter { $0 != log.lastPathComponent && $0 != "run.sqlite-shm" }
  }

  /// One process writes while another serves and several readers ask for pages without pause.
  @Test(.timeLimit(.minutes(15))) func aRunIsShownUnderLoadAndNotDisturbed() async throws {
    let folder = try TemporaryFolder()
    let (quiet, watched) = (folder.url.appending(path: "quiet"), folder.url.appending(path: "watched"))
    for run in [quiet, watched] { _ = try Self.create(run).close() }
    let alone = try RunStore.open(quiet, for: .writing, now: { Date(timeIntervalSince1970: 1_700_000_002) })
    for number in 0..<40 { try Self.append(number, to: alone) }
    try alone.close()

    let cache = folder.url.appending(path: "cache")
    let server = try ServedRun([watched.path, "--cache", cache.path])
    let address = server.address
    // Told, not cancelled: Foundation's URLSession can wait for itself for ever where a request is cancelled (Swift 6.3).
    let end = Signal()
    let readers = Task {
      try await withThrowingTaskGroup(of: Int.self) { group in
        for path in ["runs/watched/live", "runs/watched/questions", "metrics"] {
          group.addTask {
            var count = 0
            while !end.isSet.withLock({ $0 }) {
              let reply = try await ServedRun.page(path, of: address)
              #expect(reply.status == 200)
              count += 1
            }
            return count
          }
        }
        var total = 0
        for try await count in group { total += count }
        return total
      }
    }
    let store = try RunStore.open(watched, for: .writing, now: { Date(timeIntervalSince1970: 1_700_000_002) })
    for number in 0..<40 {
      // Each of these fails where the database is held by somebody.
      try Self.append(number, to: store)
      try await Task.sleep(for: .milliseconds(40))
    }
    try store.close()
    end.isSet.withLock { $0 = true }
    #expect(try await readers.value > 0)

    // The index and the run are looked at one after the other, each as often as it is worth.
    let wanted = ["reversal_answers_indexed{run=\"watched\"} 1000.0", "reversal_run_finished{run=\"watched\"} 1.0"]
    var missing = wanted
    for _ in 0..<150 where !missing.isEmpty {
      try await Task.sleep(for: .milliseconds(200))
      let body = try await server.page("metrics").body
      missing = wanted.filter { !body.contains($0) }
    }
    #expect(missing.isEmpty)
    #expect(server.interrupt() == 0)

    // The run is what it would have been, and nothing lies in its folder that would not.
    let (expected, found) = (try Self.listing(quiet), try Self.listing(watched))
    #expect(found == expected)
    let (left, right) = (try RunStore.open(quiet, for: .reading), try RunStore.open(watched, for: .reading))
    #expect(try left.answersDigest(.test, iteration: 1) == right.answersDigest(.test, iteration: 1))
    #expect(try left.artifacts() == right.artifacts())
    #expect(try left.stages() == right.stages())
  }

  @Test func aPortInUseIsOneLine() throws {
    let folder = try TemporaryFolder()
    let run = folder.url.appending(path: "run")
    try Self.create(run).close()
    let server = try ServedRun([run.path, "--cache", folder.url.path])
    let port = try #require(server.address.port)
    let result = try CommandLineTool.run(["serve", run.path, "--port", "\(port)", "--cache", folder.url.path])
    #expect(result.status == 2)
    #expect(
      result.errors
        == "reversal: port \(port) of 127.0.0.1 is in use; end what listens there, or choose another with --port (0 takes any free one)\n"
    )
    #expect(server.interrupt() == 0)
  }

  @Test(arguments: [
    (["--host", "0.0.0.0"], [:], "give a token with --token-file or REVERSAL_TOKEN"),
    (["--port", "70000"], [:], "--port is from 0 to 65535"),
    (["--token-file", "/nonexistent/token"], [:], "/nonexistent/token"),
    ([], ["REVERSAL_TOKEN": "short"], "REVERSAL_TOKEN: a token has 16 to 512"),
    (["--host", "198.51.100.9"], ["REVERSAL_TOKEN": "long-enough-for-a-token"], "is no address of this machine"),
    (["--cache", "/proc/nowhere"], [:], "--cache"),
  ])
  func badOptionsAreOneLine(_ options: [String], _ environment: [String: String], _ message: String) throws {
    let folder = try TemporaryFolder()
    let run = folder.url.appending(path: "run")
    try Self.create(run).close()
    let cache = options.contains("--cache") ? [] : ["--cache", folder.url.path]
    let result = try CommandLineTool.run(["serve", run.path] + cache + options, environment: environment)
    #expect(result.status == 2)
    #expect(result.errors.contains(message))
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(!result.errors.contains("long-enough-for-a-token"))
  }

  @Test func aFolderWithoutRunsIsRefused() throws {
    let folder = try TemporaryFolder()
    let result = try CommandLineTool.run(["serve", folder.url.path])
    #expect(result.status == 2)
    #expect(result.errors.contains("is no run and holds none"))
  }
}
