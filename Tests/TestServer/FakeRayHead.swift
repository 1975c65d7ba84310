import Foundation
import Synchronization

/// A Ray head with token authentication and no cluster: what is submitted is done by `FakeWorkers`, and it loses its jobs as
/// it is told to.
public final class FakeRayHead: Sendable {
  private struct Job {
    let specification: String
    var polls = 0
    var exitStatus: Int?
  }

  private struct State {
    var workers: FakeWorkers
    var packages: Set<String> = []
    var jobs: [String: Job] = [:]
    var submitted = 0
    var isLosing: @Sendable (Int) -> Bool
    var entrypoints: [String] = []
  }

  private final class StateBox: Sendable {
    let state: Mutex<State>
    init(_ state: sending State) { self.state = Mutex(state) }
  }

  private let box: StateBox
  private let server: WebServer

  /// - Parameter isLosing: Whether the head is started anew, and knows nothing any more, before it has done the job of a
  ///   number, counted from 0.
  public init(
    token: String, workers: FakeWorkers = FakeWorkers(), isLosing: @escaping @Sendable (Int) -> Bool = { _ in false }
  ) throws {
    let box = StateBox(State(workers: workers, isLosing: isLosing))
    self.box = box
    server = try WebServer { request in
      guard request.authorization == "Bearer \(token)" else {
        return .http(403, body: Data("Forbidden: \(request.authorization ?? "none")".utf8))
      }
      return Self.reply(to: request, box)
    }
  }

  public var url: String { server.url("") }
  /// How many jobs were submitted.
  public var submitted: Int { box.state.withLock { $0.submitted } }
  /// The command lines of the jobs.
  public var entrypoints: [String] { box.state.withLock { $0.entrypoints } }

  private static func reply(to request: WebServer.Request, _ box: StateBox) -> WebServer.Reply {
    let parts = request.path.split(separator: "/").map(String.init)
    switch (request.method, parts.count) {
    case ("GET", 4) where parts[1] == "packages":
      return box.state.withLock { $0.packages.contains(parts[3]) } ? .http(200) : .http(404)
    case ("PUT", 4):
      box.state.withLock { _ = $0.packages.insert(parts[3]) }
      return .http(200)
    case ("POST", 2): return submit(request.body, box)
    case ("POST", 4):
      let isKnown = box.state.withLock { $0.jobs.removeValue(forKey: parts[2]) != nil }
      return json(["stopped": isKnown])
    case ("GET", 3): return job(parts[2], box)
    default: return .http(404)
    }
  }

  private static func submit(_ body: Data, _ box: StateBox) -> WebServer.Reply {
    guard let object = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any],
      let id = object["submission_id"] as? String, let entrypoint = object["entrypoint"] as? String,
      let package = (object["runtime_env"] as? [String: Any])?["working_dir"] as? String,
      let file = entrypoint.split(separator: "'").last
    else { return .http(400) }
    return box.state.withLock { state in
      guard state.packages.contains(String(package.dropFirst("gcs://".count))) else { return .http(500) }
      guard state.jobs[id] == nil else { return .http(500, body: Data("\(id) already exists".utf8)) }
      defer { state.submitted += 1 }
      state.entrypoints.append(entrypoint)
      if state.isLosing(state.submitted) {
        state.jobs = [:]
        state.packages = []
      } else {
        state.jobs[id] = Job(specification: String(file))
      }
      return json(["submission_id": id])
    }
  }

  /// The work is done when it is asked for the second time.
  private static func job(_ id: String, _ box: StateBox) -> WebServer.Reply {
    box.state.withLock { state in
      guard var job = state.jobs[id] else { return .http(404) }
      defer { state.jobs[id] = job }
      job.polls += 1
      guard job.polls > 1 else { return json(["status": "RUNNING"]) }
      let status =
        job.exitStatus
        // What a worker cannot read or write it tries again.
        ?? (try? state.workers.run(URL(filePath: job.specification), attempt: id)) ?? 3
      job.exitStatus = status
      return json(["status": status == 0 ? "SUCCEEDED" : "FAILED", "driver_exit_code": status, "message": "ended"])
    }
  }

  private static func json(_ value: [String: Any]) -> WebServer.Reply {
    // What is built above is always JSON.
    .http(200, body: (try? JSONSerialization.data(withJSONObject: value, options: .sortedKeys)) ?? Data())
  }
}
