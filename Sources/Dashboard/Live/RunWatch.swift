import Core
import Foundation
import RunStore
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Looks at all runs, about once a second, on a thread of its own and at low priority, and tells who listens of changes.
final class RunWatch: Sendable {
  let runs: [WatchedRun]
  /// Tells this process's numbers from those of one before it.
  let epoch = String(UInt32.random(in: 0 ... .max), radix: 36)
  private let state = Mutex(State())

  private struct State: Sendable {
    var revision = 0
    var isStopped = false
    var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
    var nextListener = 0
  }

  /// Connections that listen at a time.
  static let listenerLimit = 64

  init(_ runs: [WatchedRun]) { self.runs = runs }

  func run(_ id: String) -> WatchedRun? { runs.first { $0.id == id } }

  /// Begins to look. `stop()` ends it.
  func begin() {
    let thread = Thread { [self] in
      // Of this thread alone, on Linux: the run that is looked at goes first.
      _ = nice(10)
      while !state.withLock(\.isStopped) {
        if !lookOnce() { Thread.sleep(forTimeInterval: 1) }
      }
    }
    thread.stackSize = 8 << 20
    thread.name = "reversal.watch"
    thread.start()
  }

  func stop() {
    let listeners = state.withLock { state -> [AsyncStream<Void>.Continuation] in
      state.isStopped = true
      defer { state.listeners = [:] }
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.finish() }
  }

  /// - Returns: Whether there is more to take in at once.
  @discardableResult
  func lookOnce() -> Bool {
    var hasMore = false
    var hasChanged = false
    for run in runs {
      if state.withLock(\.isStopped) { return false }
      let outcome = run.look(nextRevision: {
        self.state.withLock {
          $0.revision += 1
          return $0.revision
        }
      })
      hasMore = hasMore || outcome.hasMore
      hasChanged = hasChanged || outcome.hasChanged
    }
    if hasChanged {
      for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield() }
    }
    return hasMore
  }

  /// Tells of changes until it is no longer read; several at once are one. Nil where too many listen.
  func changes() -> AsyncStream<Void>? {
    state.withLock { state in
      guard !state.isStopped, state.listeners.count < Self.listenerLimit else { return nil }
      let number = state.nextListener
      state.nextListener += 1
      let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
      state.listeners[number] = continuation
      continuation.onTermination = { [weak self] _ in
        self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
      }
      return stream
    }
  }

  /// The name of an event: where the reader stands when it has seen it.
  func eventID(_ revision: Int) -> String { "\(epoch)-\(revision)" }

  /// The revision that a reader has seen; 0 where the name is not of this process.
  func revision(of eventID: String) -> Int {
    let parts = eventID.split(separator: "-")
    guard parts.count == 2, parts[0] == epoch, let revision = Int(parts[1]), revision >= 0 else { return 0 }
    return revision
  }
}
