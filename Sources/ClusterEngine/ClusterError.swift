import Core

/// Why work on a cluster, or by workers on this machine, has failed. Printed as one line.
public struct ClusterError: Error, Sendable, CustomStringConvertible {
  public enum Code: Sendable, Hashable {
    /// The cluster cannot be reached, or gave the work up after every attempt.
    case failed
    /// The cluster does not know the token, or wants one.
    case unauthorized
    /// What the workers were told cannot be done as it stands.
    case badSpecification
    /// The model, the prompts or the rows cannot be used.
    case badData
    /// What lies in the folder of results is not what its manifest says.
    case badResult
  }

  public let code: Code
  public let message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
