/// What one program may use. What is beyond ends it, and nothing else.
public struct ResourceLimits: Codable, Sendable, Hashable {
  /// Processor time of the program, in whole seconds; the tests have as much for themselves.
  public var processorSeconds: Int
  /// From start to end, sleeping included. Larger than `processorSeconds`, so that a busy machine changes no verdict.
  public var wallSeconds: Double
  /// Address space.
  public var memoryBytes: Int
  /// Threads besides the first. There are no further processes.
  public var threadCount: Int
  /// One file.
  public var fileBytes: Int
  /// All files together: the size of `/tmp`.
  public var temporaryBytes: Int
  public var openFileCount: Int

  public init(
    processorSeconds: Int = 10, wallSeconds: Double = 30, memoryBytes: Int = 512 << 20, threadCount: Int = 32,
    fileBytes: Int = 16 << 20, temporaryBytes: Int = 32 << 20, openFileCount: Int = 64
  ) {
    precondition(
      processorSeconds > 0 && wallSeconds > 0 && memoryBytes > 0 && threadCount >= 0 && fileBytes >= 0
        && temporaryBytes > 0 && openFileCount >= 16, "a program needs some time, memory and files")
    self.processorSeconds = processorSeconds
    self.wallSeconds = wallSeconds
    self.memoryBytes = memoryBytes
    self.threadCount = threadCount
    self.fileBytes = fileBytes
    self.temporaryBytes = temporaryBytes
    self.openFileCount = openFileCount
  }
}

extension ResourceLimits {
  /// In the order of `limit` in `Python/channel.py`: CPU, AS, NPROC, FSIZE, NOFILE, CORE, MSGQUEUE, MEMLOCK.
  func arguments(_ isolation: Isolation) -> [String] {
    let processes =
      switch isolation {
      case .bubblewrap: threadCount + 1  // The kernel counts the first thread too.
      case .unsafeNone: -1  // Outside of a user namespace it counts everything that the user runs.
      }
    return [processorSeconds, memoryBytes, processes, fileBytes, openFileCount, 0, 0, 0].map(String.init)
  }
}
