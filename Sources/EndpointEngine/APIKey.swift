import Core
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A server's key. It cannot be printed, encoded or looked into by accident: it leaves this type as a header's value only.
public struct APIKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let secret: String
  /// A shorter one ("none", "EMPTY") is no secret but a word that texts may hold.
  private static let leastSecretLength = 12
  private static let byteLimit = 1 << 16

  /// - Throws: `InputError`, naming where the key came from and never the key.
  init(_ text: String, from source: String) throws {
    let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !trimmed.isEmpty else { throw InputError("\(source) holds no key; put the server's key there") }
    // Anything else would end the header that it is sent in.
    guard trimmed.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw InputError("\(source) holds more than a key of visible ASCII characters; put the server's key there, alone")
    }
    secret = trimmed
  }

  /// The key that an environment variable holds.
  public init(environmentVariable name: String, in environment: [String: String]) throws {
    guard let text = environment[name] else {
      throw InputError("the environment variable \(name) is not set; set it to the server's key")
    }
    try self.init(text, from: "the environment variable \(name)")
  }

  /// The key that a file holds, which nobody but its owner may read.
  public init(file path: String) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw InputError(file: path, "the key cannot be read; check the path and its permissions")
    }
    defer { close(descriptor) }
    // Asked of the open file: the name may stand for another one by now.
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw InputError(file: path, "is no ordinary file; give one that holds the server's key")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw InputError(file: path, "others than its owner can read the key; run: chmod 600 \(path)")
    }
    var bytes = [UInt8](repeating: 0, count: Self.byteLimit)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0, count < Self.byteLimit, let text = String(validating: bytes.prefix(max(0, count)), as: UTF8.self)
    else { throw InputError(file: path, "holds no key; put the server's key there, alone") }
    try self.init(text, from: path)
  }

  /// The key that `settings` point at, or nil where they name none.
  public init?(_ settings: EndpointSettings, environment: [String: String]) throws {
    if let name = settings.keyEnv {
      try self.init(environmentVariable: name, in: environment)
    } else if let file = settings.keyFile {
      try self.init(file: file)
    } else {
      return nil
    }
  }

  var authorization: String { "Bearer \(secret)" }

  /// `text` without the key, whatever a server put into it.
  func removed(from text: String) -> String {
    secret.utf8.count >= Self.leastSecretLength && text.contains(secret) ? text.replacing(secret, with: "(key)") : text
  }

  public var description: String { "(key)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
