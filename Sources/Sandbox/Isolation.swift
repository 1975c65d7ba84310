/// What stands between a model's program and the machine.
public enum Isolation: String, Codable, Sendable, Hashable {
  /// Namespaces made by bubblewrap, a filter of system calls, and limits.
  case bubblewrap
  /// The user's own rights with limits of time, memory and file size: what `--unsafe-code-execution` asks for.
  case unsafeNone = "unsafe-none"
}

/// Programs cannot be run here. Its description is the one line the user reads.
public struct SandboxError: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
