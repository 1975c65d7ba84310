import Dispatch

/// Runs what waits for a disk or computes for long outside the threads that serve connections.
enum BlockingWork {
  private static let queue = DispatchQueue(label: "reversal.dashboard", attributes: .concurrent)

  static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result(catching: work)) }
    }
  }
}
