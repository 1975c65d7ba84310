/// What Ray's Jobs interface is asked to run.
struct RayJobRequest: Encodable, Sendable {
  struct RuntimeEnvironment: Encodable, Sendable {
    let workingDirectory: String
    let variables: [String: String]

    private enum CodingKeys: String, CodingKey {
      case workingDirectory = "working_dir"
      case variables = "env_vars"
    }
  }

  let entrypoint: String
  let submissionID: String
  let runtimeEnvironment: RuntimeEnvironment
  let metadata: [String: String]

  private enum CodingKeys: String, CodingKey {
    case entrypoint, metadata
    case submissionID = "submission_id"
    case runtimeEnvironment = "runtime_env"
  }
}

/// A job as Ray describes it.
public struct RayJob: Decodable, Sendable, Hashable {
  public enum Status: String, Decodable, Sendable, Hashable {
    case pending = "PENDING"
    case running = "RUNNING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case stopped = "STOPPED"

    public var isFinal: Bool { self != .pending && self != .running }
  }

  public let status: Status
  public let message: String?
  /// Of the entrypoint; nil while it runs and where it never ran.
  public let driverExitCode: Int?

  private enum CodingKeys: String, CodingKey {
    case status, message
    case driverExitCode = "driver_exit_code"
  }
}
