import Archives
import ClusterEngine
import Connections
import Core
import Foundation
import Synchronization
import TestServer
import Testing

@Suite struct RayJobsTests {
  private static let secret = "0123456789abcdef0123456789abcdef"

  private func token() throws -> APIKey {
    try APIKey(.token, environmentVariable: "T", in: ["T": Self.secret + "\n"])
  }

  private func jobs(_ respond: @escaping @Sendable (String) -> (status: String, body: String)) throws -> (
    RayJobs, LocalServer
  ) {
    let server = try LocalServer { path in
      let (status, body) = respond(path)
      return LocalServer.response(status, body: Data(body.utf8))
    }
    return (try RayJobs(address: server.url(""), token: try token()), server)
  }

  @Test(arguments: ["http://head.invalid:8265", "http://10.0.0.7:8265"])
  func aTokenIsNotSentInTheOpen(address: String) throws {
    #expect { try RayJobs(address: address, token: try token()) } throws: {
      "\($0)".contains("a token is sent over https or to this machine only")
    }
    _ = try RayJobs(address: address, token: nil)
  }

  @Test(arguments: [("401 Unauthorized", "wants a token"), ("403 Forbidden", "does not know the token")])
  func aRefusedTokenIsNamed(status: String, message: String) async throws {
    let (jobs, server) = try jobs { _ in (status, "Unauthorized: \(Self.secret)") }
    await #expect { try await jobs.version() } throws: { error in
      (error as? ClusterError)?.code == .unauthorized && "\(error)".contains(message)
        && !"\(error)".contains(Self.secret)
    }
    withExtendedLifetime(server) {}
  }

  @Test func statesOfAJob() async throws {
    let (jobs, server) = try jobs { path in
      switch path {
      case "/api/version": ("200 OK", #"{"version":"4","ray_version":"2.60.0"}"#)
      case "/api/jobs/a": ("200 OK", #"{"status":"FAILED","message":"m","driver_exit_code":7,"more":1}"#)
      case "/api/jobs/a/logs": ("200 OK", #"{"logs":"one\ntwo \#(Self.secret)"}"#)
      case "/api/jobs/a/stop": ("200 OK", #"{"stopped":true}"#)
      default: ("404 Not Found", "Job does not exist")
      }
    }
    #expect(try await jobs.version() == "2.60.0")
    let job = try await jobs.job("a")
    #expect(job?.status == .failed && job?.driverExitCode == 7 && job?.status.isFinal == true)
    #expect(try await jobs.job("b") == nil)
    #expect(try await jobs.logs("a") == "one two (token)")
    #expect(try await jobs.logs("b") == "")
    #expect(try await jobs.stop("a"))
    #expect(try await !jobs.stop("b"))
    withExtendedLifetime(server) {}
  }

  @Test func aJobThatWasTakenAlreadyIsTaken() async throws {
    let refusal = Mutex("ValueError: Job with submission_id a already exists")
    let (jobs, server) = try jobs { _ in
      ("500 Internal Server Error", "Traceback\n" + refusal.withLock { $0 })
    }
    let package = WorkerPackage()
    try await jobs.submit("e", id: "a", package: package, environment: [:], metadata: [:])
    refusal.withLock { $0 = "RuntimeError: no space left" }
    await #expect { try await jobs.submit("e", id: "a", package: package, environment: [:], metadata: [:]) } throws: {
      "\($0)" == "the cluster does not take the job: status 500, RuntimeError: no space left"
    }
    withExtendedLifetime(server) {}
  }

  @Test func whatIsNoRayIsSaidToBeNone() async throws {
    let (jobs, server) = try jobs { _ in ("200 OK", "<html>") }
    await #expect { try await jobs.version() } throws: { "\($0)".contains("is it the address of Ray's dashboard?") }
    withExtendedLifetime(server) {}
  }

  @Test(arguments: [
    (#"{"status":"SUCCEEDED"}"#, WorkerEnd.Status.done),
    (#"{"status":"FAILED","driver_exit_code":2}"#, .badSpecification),
    (#"{"status":"FAILED","driver_exit_code":4,"message":"x\nrows: bad\n"}"#, .badData),
    (#"{"status":"FAILED","driver_exit_code":-9}"#, .tryAgain),
    (#"{"status":"FAILED","driver_exit_code":null}"#, .tryAgain),
  ])
  func howAnAttemptEnds(answer: String, status: WorkerEnd.Status) async throws {
    let polls = Mutex(0)
    let (jobs, server) = try jobs { path in
      guard path.hasPrefix("/api/jobs/a") else { return ("200 OK", "") }
      let poll = polls.withLock {
        $0 += 1
        return $0
      }
      return ("200 OK", poll < 3 ? #"{"status":"RUNNING"}"# : answer)
    }
    let launcher = RayLauncher(jobs: jobs, pollInterval: .milliseconds(1))
    let end = try await launcher.run(.rollout, specification: URL(filePath: "/s/spec.json"), attempt: "a")
    #expect(end.status == status)
    if status == .badData { #expect(end.reason == "rows: bad") }
    withExtendedLifetime(server) {}
  }

  @Test func aHeadThatForgotTheJobIsTriedAgain() async throws {
    let (jobs, server) = try jobs { path in
      path == "/api/jobs/a" ? ("404 Not Found", "Job a does not exist") : ("200 OK", "")
    }
    let end = try await RayLauncher(jobs: jobs, pollInterval: .milliseconds(1)).run(
      .train, specification: URL(filePath: "/s"), attempt: "a")
    #expect(end.status == .tryAgain && end.reason.contains("lost the job a"))
    withExtendedLifetime(server) {}
  }

  @Test func aHeadOutOfReachIsTriedAgain() async throws {
    let jobs = try RayJobs(address: "http://127.0.0.1:1", token: nil)
    let end = try await RayLauncher(jobs: jobs).run(.train, specification: URL(filePath: "/s"), attempt: "a")
    #expect(end.status == .tryAgain)
    #expect(end.reason.hasPrefix("http://127.0.0.1:1: the connection failed: "))
  }

  @Test func aJobThatSomebodyStoppedEndsTheWork() async throws {
    let (jobs, server) = try jobs { _ in ("200 OK", #"{"status":"STOPPED"}"#) }
    await #expect {
      try await RayLauncher(jobs: jobs, pollInterval: .milliseconds(1)).run(
        .train, specification: URL(filePath: "/s"), attempt: "a")
    } throws: { "\($0)".contains("was stopped on the cluster") }
    withExtendedLifetime(server) {}
  }

  @Test func cancellationStopsTheJob() async throws {
    let stopped = Atomic(false)
    let polled = Atomic(false)
    let (jobs, server) = try jobs { path in
      if path.hasSuffix("/stop") { stopped.store(true, ordering: .relaxed) }
      if path == "/api/jobs/a" { polled.store(true, ordering: .relaxed) }
      return ("200 OK", path.hasSuffix("/stop") ? #"{"stopped":true}"# : #"{"status":"RUNNING"}"#)
    }
    let task = Task {
      try await RayLauncher(jobs: jobs, pollInterval: .milliseconds(5)).run(
        .train, specification: URL(filePath: "/s"), attempt: "a")
    }
    while !polled.load(ordering: .relaxed) { try await Task.sleep(for: .milliseconds(1)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let wasStopped = stopped.load(ordering: .relaxed)
    #expect(wasStopped)
    withExtendedLifetime(server) {}
  }
}

@Suite struct WorkerPackageTests {
  @Test func theArchiveHoldsTheWorkersAtItsRoot() throws {
    let package = WorkerPackage()
    #expect(package.archive == WorkerPackage().archive)
    #expect(package.name.wholeMatch(of: /_ray_pkg_[0-9a-f]{16}\.zip/) != nil)
    let archive = try ZipArchive(package.archive, name: "package")
    let names = archive.entries.map(\.name)
    #expect(
      names.contains("rollout.py") && names.contains("train.py") && names.contains("reversal_workers/contract.py"))
  }
}

@Suite struct ClusterTokenTests {
  @Test func aTokenFileIsItsOwnersAlone() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }  // In the temporary folder, whatever becomes of it.
    try Data("abc\n".utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
    #expect { try APIKey(.token, file: file.path) } throws: { "\($0)".contains("run: chmod 600") }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    #expect("\(try APIKey(.token, file: file.path))" == "(token)")
    try Data(" \n".utf8).write(to: file)
    #expect { try APIKey(.token, file: file.path) } throws: { "\($0)".contains("holds no token") }
    #expect { try APIKey(.token, environmentVariable: "NONE", in: [:]) } throws: { "\($0)".contains("NONE is not set") }
  }
}
