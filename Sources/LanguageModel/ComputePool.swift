import Dispatch
import Synchronization

/// Runs compute on threads of its own, never on the cooperative pool.
package enum ComputePool {
  private static let queue = DispatchQueue(label: "reversal.compute", attributes: .concurrent)

  /// Calls `body` for every index of 0 ..< `count` from at most `threads` workers, and returns when all are done.
  ///
  /// A worker takes the lowest index that is left. Results must not depend on which worker takes which index; `worker`
  /// only names scratch memory.
  package static func forEach(
    _ count: Int, threads: Int, _ body: @Sendable (_ worker: Int, _ index: Int) -> Void
  ) {
    let workers = min(threads, count)
    guard workers > 1 else {
      for index in 0..<count { body(0, index) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        if index >= count { return }
        body(worker, index)
      }
    }
  }

  /// Runs blocking compute for an asynchronous caller. `body` is told through its argument when the caller's task is
  /// cancelled, and is expected to return or throw soon after.
  package static func run<Value: Sendable>(
    _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Value
  ) async throws -> Value {
    let flag = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        queue.async {
          continuation.resume(with: Swift.Result { try body { flag.isSet } })
        }
      }
    } onCancel: {
      flag.set()
    }
  }

  private final class CancellationFlag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
  }
}
