import Dispatch
import Synchronization

/// The results of `body` on contiguous ranges that make up 0 ..< `count`, in order; one range a thread.
///
/// - Parameter body: Must give results that do not depend on where the ranges are cut, once they are put together.
func concurrentRanges<Part: Sendable>(
  of count: Int, threads: Int, _ body: @Sendable (Range<Int>) -> Part
) -> [Part] {
  let size = max(1, (count + threads - 1) / threads)
  let parts = Mutex<[Int: Part]>([:])
  let rangeCount = (count + size - 1) / size
  DispatchQueue.concurrentPerform(iterations: rangeCount) { index in
    let part = body(index * size..<min((index + 1) * size, count))
    parts.withLock { $0[index] = part }
  }
  return parts.withLock { parts in (0..<rangeCount).compactMap { parts[$0] } }
}

/// The results of two computations that share nothing but what they read; side by side where there are two threads.
func sideBySide<First: Sendable, Second: Sendable>(
  threads: Int, _ first: @Sendable () -> First, _ second: @Sendable () -> Second
) -> (First, Second) {
  guard threads > 1 else { return (first(), second()) }
  let results = Mutex<(First?, Second?)>((nil, nil))
  DispatchQueue.concurrentPerform(iterations: 2) { index in
    if index == 0 {
      let result = first()
      results.withLock { $0.0 = result }
    } else {
      let result = second()
      results.withLock { $0.1 = result }
    }
  }
  guard case (let first?, let second?) = results.withLock({ $0 }) else { preconditionFailure("both were computed") }
  return (first, second)
}
