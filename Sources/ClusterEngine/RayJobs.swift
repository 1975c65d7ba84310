import Connections
import Core
import Foundation

/// Ray's Jobs interface: packages, submission, state, logs, stopping. Observed of Ray 2.60.
public struct RayJobs: Sendable {
  private let transport: HTTPTransport
  private let base: String
  private static let byteLimit = 256 << 20

  /// The head was not reached, or its answer was cut off.
  struct Unreachable: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameter address: Of the head's dashboard, as `http://127.0.0.1:8265`.
  /// - Throws: `InputError` where the address is none, or the token could be read on its way there.
  public init(address: String, token: APIKey?) throws {
    let address = try EndpointAddress(address)
    try token?.refuseOpenWay(to: address)
    base = address.text
    transport = HTTPTransport(key: token, timeoutSeconds: 60)
  }

  /// Ray's version.
  public func version() async throws -> String {
    struct Version: Decodable {
      let rayVersion: String

      private enum CodingKeys: String, CodingKey {
        case rayVersion = "ray_version"
      }
    }
    return try decode(Version.self, try await send(.get, "/api/version"), "say its version").rayVersion
  }

  /// Sends a package unless the cluster has it.
  public func upload(_ package: WorkerPackage) async throws {
    let path = "/api/packages/gcs/\(package.name)"
    if try await send(.get, path).status == 200 { return }
    let response = try await send(.put, path, body: package.archive, type: "application/zip")
    guard response.status == 200 else { throw refused(response, "take a package") }
  }

  /// Submits `entrypoint`, which runs in a copy of the package.
  ///
  /// - Parameter id: New for every attempt. An answer that was lost is no harm: that the id is known already says that
  ///   the job was taken.
  public func submit(
    _ entrypoint: String, id: String, package: WorkerPackage, environment: [String: String], metadata: [String: String]
  ) async throws {
    let request = RayJobRequest(
      entrypoint: entrypoint, submissionID: id,
      runtimeEnvironment: RayJobRequest.RuntimeEnvironment(workingDirectory: package.address, variables: environment),
      metadata: metadata)
    let response = try await send(.post, "/api/jobs/", body: Data(try JSONLines.line(request).utf8))
    if response.status == 500, String(decoding: response.data, as: UTF8.self).contains("already exists") { return }
    guard response.status == 200 else { throw refused(response, "take the job") }
  }

  /// The state of a job; nil where the cluster does not know it, as after its head was started anew.
  public func job(_ id: String) async throws -> RayJob? {
    let response = try await send(.get, "/api/jobs/\(id)")
    return response.status == 404 ? nil : try decode(RayJob.self, response, "say how a job is")
  }

  /// All that the job has printed; empty where the cluster does not know it.
  public func logs(_ id: String) async throws -> String {
    struct Logs: Decodable {
      let logs: String
    }
    let response = try await send(.get, "/api/jobs/\(id)/logs")
    return response.status == 404
      ? "" : transport.visible(try decode(Logs.self, response, "give a job's log").logs, limit: .max)
  }

  /// Asks a job to stop; false where there is nothing to stop.
  @discardableResult
  public func stop(_ id: String) async throws -> Bool {
    struct Stopped: Decodable {
      let stopped: Bool
    }
    let response = try await send(.post, "/api/jobs/\(id)/stop")
    return response.status == 404 ? false : try decode(Stopped.self, response, "stop a job").stopped
  }

  private func decode<Value: Decodable>(
    _ type: Value.Type, _ response: HTTPTransport.Response, _ what: String
  ) throws -> Value {
    guard response.status == 200 else { throw refused(response, what) }
    do {
      return try JSONDecoder().decode(type, from: response.data)
    } catch {
      throw ClusterError(
        .failed, "the cluster does not \(what) as Ray 2.60 does; is it the address of Ray's dashboard?")
    }
  }

  private func refused(_ response: HTTPTransport.Response, _ what: String) -> ClusterError {
    // The last line is where Ray's tracebacks have the reason.
    let text = String(decoding: response.data.suffix(4_096), as: UTF8.self)
    let reason = text.split(whereSeparator: \.isNewline).last.map(String.init) ?? "no reason"
    return ClusterError(.failed, "the cluster does not \(what): status \(response.status), \(visible(reason))")
  }

  /// What the cluster or a job said, as one short line without the token.
  func visible(_ text: String) -> String { transport.visible(text, limit: 500) }

  /// - Throws: `Unreachable`, `ClusterError` for a refused token, or `CancellationError`.
  private func send(
    _ method: HTTPTransport.Method, _ path: String, body: Data? = nil, type: String = "application/json"
  ) async throws -> HTTPTransport.Response {
    let response: HTTPTransport.Response
    do {
      response = try await transport.send(method, base + path, body: body, type: type, byteLimit: Self.byteLimit)
    } catch let failure as HTTPTransport.Failure {
      throw Unreachable(description: "\(base): \(failure)")
    }
    if response.status == 401 || response.status == 403 {
      throw ClusterError(
        .unauthorized,
        "\(base): \(response.status == 401 ? "wants a token" : "does not know the token"); give the cluster's by "
          + "token_env or token_file")
    }
    return response
  }
}
