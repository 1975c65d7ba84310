import Core
import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Says on standard error how far an audit's embedding is: a line drawn over on a terminal, one every ten seconds elsewhere.
final class EmbeddingProgress: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let shown: Mutex<ContinuousClock.Instant>

  init() {
    start = clock.now
    shown = Mutex(start)
  }

  func show(_ progress: StageProgress) {
    let now = clock.now
    let isDone = progress.completed >= progress.total
    let isDue = shown.withLock { shown in
      guard isDone ? isTerminal : now - shown >= (isTerminal ? .milliseconds(200) : .seconds(10)) else { return false }
      shown = now
      return true
    }
    guard isDue else { return }
    let seconds = (now - start) / .seconds(1)
    let left =
      progress.completed > 0 ? seconds / Double(progress.completed) * Double(progress.total - progress.completed) : 0
    let line =
      "embedding answers: \(progress.completed) of \(progress.total) \(progress.unit)"
      + (isDone ? " in \(Int(seconds.rounded(.up))) s" : ", \(Int(left.rounded(.up))) s left")
    // Progress that nobody can read any more must not end the work.
    try? FileHandle.standardError.write(
      contentsOf: Data((isTerminal ? "\r\u{1b}[K\(line)\(isDone ? "\n" : "")" : line + "\n").utf8))
  }
}
