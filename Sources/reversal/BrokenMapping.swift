#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a process says when the system cannot give it a page of a mapped file: another program cut the file short, or its
/// disk failed. Nothing can be read on from there, and what is on the disk is whole at every moment.
enum BrokenMapping {
  private static let line: StaticString = """
    reversal: a model file became shorter while it was read, or its disk failed; put it right and run the command again \
    (a run goes on with `reversal resume`)

    """

  /// The signal becomes one line and exit status 1.
  static func watch() {
    _ = signal(SIGBUS) { _ in
      // A handler may do little more than write.
      _ = unsafe write(STDERR_FILENO, BrokenMapping.line.utf8Start, BrokenMapping.line.utf8CodeUnitCount)
      _exit(1)
    }
  }
}
