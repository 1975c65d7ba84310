/// What a process may still take of memory, in bytes.
public struct MemoryRoom: Sendable, Hashable {
  /// Before the system swaps or ends the process.
  public let memory: Int
  /// Below the limit of the process's addresses, `ulimit -v`, which mapped files take too; nil without one.
  public let addresses: Int?

  public init(memory: Int, addresses: Int? = nil) {
    self.memory = memory
    self.addresses = addresses
  }

  /// A thread's stack, and what the allocator of the C library reserves for it.
  private static let addressesPerThread = 72 << 20
  /// Code and tables that are loaded on the way.
  private static let addressesOfProgram = 32 << 20

  /// Below this the C library cannot begin the two threads that any command has: one waits for signals, one works.
  static let minimumAddresses = 2 * addressesPerThread + addressesOfProgram

  /// What work on `threads` threads may take for itself beside `mappedBytes` of files.
  public func left(mapping mappedBytes: Int = 0, threads: Int = 1) -> Int {
    guard let addresses else { return memory }
    let (mapped, overflow) = mappedBytes.addingReportingOverflow(
      threads * Self.addressesPerThread + Self.addressesOfProgram)
    return overflow ? 0 : min(memory, max(0, addresses - mapped))
  }
}
