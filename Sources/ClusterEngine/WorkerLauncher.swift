import Foundation

/// Starts a worker and waits for its end: a job of a cluster, or a process on this machine.
public protocol WorkerLauncher: Sendable {
  /// Runs `program` on the specification in `file`, once. However it ends, what lies in the folder of results decides.
  ///
  /// - Parameter attempt: New every time.
  /// - Throws: `CancellationError` once the worker has been stopped; `ClusterError` where no further attempt can help.
  func run(_ program: WorkerProgram, specification file: URL, attempt: String) async throws -> WorkerEnd
}

public enum WorkerProgram: String, Sendable, Hashable {
  case rollout = "rollout.py"
  case train = "train.py"
}

/// How one attempt ended.
public struct WorkerEnd: Sendable, Hashable {
  /// The worker's exit statuses.
  public enum Status: Sendable, Hashable {
    case done, badSpecification, badData, tryAgain

    public init(exitStatus: Int) {
      self =
        switch exitStatus {
        case 0: .done
        case 2: .badSpecification
        case 4: .badData
        default: .tryAgain
        }
    }
  }

  public let status: Status
  /// One line for a message.
  public let reason: String

  public init(_ status: Status, reason: String) {
    self.status = status
    self.reason = reason
  }
}
