import Core
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A server's key or a cluster's token. It cannot be printed, encoded or looked into by accident: it leaves this type as a
/// header's value only.
public struct APIKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// What messages call it.
  public enum Kind: String, Sendable {
    case key, token

    fileprivate var whose: String { self == .key ? "the server's key" : "the cluster's token" }
  }

  private let secret: String
  private let kind: Kind
  /// A shorter one ("none", "EMPTY") is no secret but a word that texts may hold.
  private static let leastSecretLength = 12
  private static let byteLimit = 1 << 16

  /// - Throws: `InputError`, naming where the key came from and never the key.
  private init(_ text: String, _ kind: Kind, from source: String) throws {
    let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !trimmed.isEmpty else { throw InputError("\(source) holds no \(kind.rawValue); put \(kind.whose) there") }
    // Anything else would end the header that it is sent in.
    guard trimmed.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw InputError(
        "\(source) holds more than a \(kind.rawValue) of visible ASCII characters; put \(kind.whose) there, alone")
    }
    secret = trimmed
    self.kind = kind
  }

  /// The key that an environment variable holds.
  public init(_ kind: Kind = .key, environmentVariable name: String, in environment: [String: String]) throws {
    guard let text = environment[name] else {
      throw InputError("the environment variable \(name) is not set; set it to \(kind.whose)")
    }
    try self.init(text, kind, from: "the environment variable \(name)")
  }

  /// The key that a file holds, which nobody but its owner may read.
  public init(_ kind: Kind = .key, file path: String) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw InputError(file: path, "the \(kind.rawValue) cannot be read; check the path and its permissions")
    }
    defer { close(descriptor) }
    // Asked of the open file: the name may stand for another one by now.
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw InputError(file: path, "is no ordinary file; give one that holds \(kind.whose)")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw InputError(file: path, "others than its owner can read the \(kind.rawValue); run: chmod 600 \(path)")
    }
    var bytes = [UInt8](repeating: 0, count: Self.byteLimit)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0, count < Self.byteLimit, let text = String(validating: bytes.prefix(max(0, count)), as: UTF8.self)
    else { throw InputError(file: path, "holds no \(kind.rawValue); put \(kind.whose) there, alone") }
    try self.init(text, kind, from: path)
  }

  /// The key that a variable or a file holds, or nil where neither is named.
  public init?(
    _ kind: Kind = .key, environmentVariable name: String?, file: String?, environment: [String: String]
  ) throws {
    if let name {
      try self.init(kind, environmentVariable: name, in: environment)
    } else if let file {
      try self.init(kind, file: file)
    } else {
      return nil
    }
  }

  /// - Throws: `InputError` where what is sent to `address` could be read on its way.
  package func refuseOpenWay(to address: EndpointAddress) throws {
    guard address.isPrivate else {
      throw InputError(
        "\(address.text): a \(kind.rawValue) is sent over https or to this machine only; give an https address, or reach the "
          + "server through a tunnel (ssh -L)")
    }
  }

  package var authorization: String { "Bearer \(secret)" }

  /// `text` without the key, whatever a server put into it.
  package func removed(from text: String) -> String {
    secret.utf8.count >= Self.leastSecretLength && text.contains(secret)
      ? text.replacing(secret, with: description) : text
  }

  public var description: String { "(\(kind.rawValue))" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
