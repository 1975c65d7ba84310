/// Whose requests are answered: the guard against pages of others that a browser is made to send here (DNS rebinding).
///
/// A name that an attacker can point at this machine is refused: `Host` must be an address in figures, `localhost`, or a name
/// that the server was given. The port is free, since it may have been forwarded.
package struct HostRule: Sendable {
  let isLoopback: Bool
  let names: Set<String>

  /// - Parameters:
  ///   - host: The address listened on.
  ///   - allowed: Further names.
  package init(host: String, allowed: [String]) {
    isLoopback = Self.isLoopback(host)
    names = Set(allowed.map { $0.lowercased() }).union(Self.isAddress(host) ? [] : [host.lowercased()])
  }

  static func isLoopback(_ host: String) -> Bool {
    let name = host.lowercased()
    return name == "localhost" || name == "::1" || (name.hasPrefix("127.") && isAddress(name))
  }

  /// Whether a browser at `authority` (`Host`) may be talking to this server.
  package func accepts(_ authority: String) -> Bool {
    guard let host = Self.host(of: authority) else { return false }
    if Self.isLoopback(host) || names.contains(host) { return true }
    return !isLoopback && Self.isAddress(host)
  }

  /// Whether a page of `origin` may ask for what stands at `authority`.
  static func accepts(origin: String, at authority: String) -> Bool {
    origin == "http://\(authority)" || origin == "https://\(authority)"
  }

  /// The host of `host:port` or `[address]:port`, lower-case.
  static func host(of authority: String) -> String? {
    guard !authority.isEmpty, authority.utf8.count <= 300 else { return nil }
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      let rest = authority[authority.index(after: end)...]
      guard rest.isEmpty || isPort(rest) else { return nil }
      return authority[authority.index(after: authority.startIndex)..<end].lowercased()
    }
    guard let colon = authority.firstIndex(of: ":") else { return authority.lowercased() }
    guard isPort(authority[colon...]) else { return nil }
    return authority[..<colon].lowercased()
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.first == ":" && (1...5).contains(text.count - 1) && text.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
  }

  private static func isAddress(_ host: String) -> Bool {
    if host.contains(":") { return host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." } }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }
}
