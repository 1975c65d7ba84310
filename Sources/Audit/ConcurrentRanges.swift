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
