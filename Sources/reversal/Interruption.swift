import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A command whose work is ended where nothing is lost when it is interrupted. The others simply end.
protocol InterruptibleCommand {
  /// How to go on, for the line that the user reads; asked for when the work has ended.
  var continuation: @Sendable () -> String { get }
}

/// What SIGINT and SIGTERM do to the work of an `InterruptibleCommand`.
///
/// The first asks it to end, the second ends the process at once. Work that does not end in time, within a long training
/// step for instance, is left as it stands: what is on the disk is whole at every moment.
enum Interruption {
  /// Milliseconds between the first signal and the end of the process at the latest; an interface promises 5 s.
  private static let patience: Int32 = 4_000

  /// A signal handler may do little more than write: it tells a thread that waits here.
  private static let wake: (reading: Int32, writing: Int32) = {
    var ends: [Int32] = [-1, -1]
    _ = unsafe pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }()
  private static let isTold = Atomic(false)

  /// - Parameter cancel: Asks the work to end.
  static func watch(_ continuation: @escaping @Sendable () -> String, cancel: @escaping @Sendable () -> Void) {
    guard wake.reading >= 0 else { return }  // Without it a signal ends the process, which loses nothing either.
    for number in [SIGINT, SIGTERM] {
      let previous = signal(number) { number in
        let code = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = unsafe write(Interruption.wake.writing, &byte, 1)
        errno = code
      }
      // Who starts a program in the background may have said that it is not to be interrupted.
      if unsafe (unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)) {
        _ = signal(number, SIG_IGN)
      }
    }
    Thread.detachNewThread {
      guard next(within: -1) != nil else { return }
      cancel()
      if let number = next(within: patience) {
        _ = signal(number, SIG_DFL)
        kill(getpid(), number)
      } else {
        tell(continuation())
        _exit(1)
      }
    }
  }

  /// One line, once.
  static func tell(_ continuation: String) {
    guard !isTold.exchange(true, ordering: .relaxed) else { return }
    // A bar may stand on the line.
    let beginning = isatty(STDERR_FILENO) == 1 ? "\r\u{1b}[K" : ""
    // Nobody may be listening any more; the exit status still tells.
    try? FileHandle.standardError.write(
      contentsOf: Data("\(beginning)reversal: interrupted; \(continuation)\n".utf8))
  }

  /// The number of the next signal; nil where none comes within so many milliseconds, of which -1 is without end.
  private static func next(within milliseconds: Int32) -> Int32? {
    var request = pollfd(fd: wake.reading, events: Int16(POLLIN), revents: 0)
    var byte: UInt8 = 0
    while true {
      let count = unsafe poll(&request, 1, milliseconds)
      if count == 0 { return nil }
      if count > 0, unsafe read(wake.reading, &byte, 1) == 1 { return Int32(byte) }
      if errno != EINTR { return nil }
    }
  }
}

extension String {
  /// As a shell takes it for one word.
  var shellWord: String {
    let plain = "/._-+=:,@%"
    let isPlain = !isEmpty && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || plain.contains($0) }
    return isPlain ? self : "'" + replacing("'", with: #"'\''"#) + "'"
  }
}
