/// A server did not answer as it must. Its description is the one line the user reads; exit status 1.
public struct EndpointError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: String, Sendable, Hashable {
    /// It refuses what it is asked, and would again.
    case refused
    /// It could not be reached, or failed, as often as it was asked.
    case failed
    /// The model is not served.
    case notServed
    /// What may be spent is spent.
    case budget
  }

  public let code: Code
  public let address: String
  /// What went wrong and what to do.
  public let message: String

  public init(_ code: Code, address: String, _ message: String) {
    self.code = code
    self.address = address
    self.message = message
  }

  public var description: String { "\(address): \(message)" }
}
