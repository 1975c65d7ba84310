import Foundation
import Iteration
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Shows a run's progress on standard error: a bar on a terminal, plain lines elsewhere.
final class ProgressDisplay: Sendable {
  private let meter: Mutex<ProgressMeter>
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant

  init() {
    start = clock.now
    let isTerminal = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    meter = Mutex(ProgressMeter(style: isTerminal ? .bar(columns: Self.columns()) : .lines))
  }

  /// Any thread may call this.
  func show(_ update: RunUpdate) {
    meter.withLock { meter in
      if let text = meter.update(update, at: clock.now - start) { Self.write(text) }
    }
  }

  /// A line of its own, for what is not progress.
  func say(_ line: String) {
    endLine()
    Console.say(line)
  }

  /// Ends a bar that stands unfinished, so that what follows begins on a line of its own.
  func endLine() {
    meter.withLock { meter in
      if meter.isWithinLine { Self.write("\n") }
    }
  }

  private static func write(_ text: String) {
    // Progress that nobody can read any more must not end the work.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  private static func columns() -> Int {
    var size = winsize()
    let isKnown = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0
    return isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
}
