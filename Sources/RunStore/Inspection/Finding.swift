/// What an inspection of a run found: one line for the user.
public struct Finding: Codable, Sendable, Hashable {
  public enum Severity: String, Codable, Sendable, Hashable {
    /// Something is not what the run made.
    case fault
    /// Nothing is wrong with it, or nobody can know.
    case note
  }

  public let severity: Severity
  /// A file or folder within the run's folder, or an absolute path.
  public let subject: String
  /// What is wrong and what to do.
  public let message: String

  public init(_ severity: Severity, _ subject: String, _ message: String) {
    self.severity = severity
    self.subject = subject
    self.message = message
  }
}
