import Dispatch
import Synchronization

/// Splits compute over threads.
package enum ComputePool {
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
}
