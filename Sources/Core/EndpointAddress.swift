import Foundation

/// The address of a server's interface, up to and with `/v1`, without anything secret in it.
public struct EndpointAddress: Sendable, Hashable {
  public let text: String

  /// - Throws: `InputError` whose message does not repeat the address, since a key may be in it.
  public init(_ text: String) throws {
    let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
    guard let parts = URLComponents(string: trimmed), let scheme = parts.scheme, let host = parts.host, !host.isEmpty,
      ["http", "https"].contains(scheme)
    else {
      throw InputError("is no http or https address; give the server's, as http://127.0.0.1:8000/v1")
    }
    guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil else {
      throw InputError(
        "holds more than scheme, host, port and path; a key belongs into an environment variable or a file of its own")
    }
    self.text = trimmed
  }

  /// Whether what is sent there is encrypted or does not leave this machine.
  public var isPrivate: Bool {
    guard let parts = URLComponents(string: text) else { return false }
    return parts.scheme == "https" || ["127.0.0.1", "::1", "[::1]", "localhost"].contains(parts.host)
  }
}
