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
///
/// - Parameter first: Stays on the calling thread, and with it in its task, where it can see a cancellation.
/// - Throws: What `first` throws, once `second` has ended.
func sideBySide<First, Second: Sendable>(
  threads: Int, _ first: () throws -> First, _ second: @escaping @Sendable () -> Second
) throws -> (First, Second) {
  guard threads > 1 else { return (try first(), second()) }
  let other = Box<Second>()
  let group = DispatchGroup()
  DispatchQueue.global().async(group: group) { other.put(second()) }
  let result = Result { try first() }
  group.wait()
  return (try result.get(), other.content)
}

/// Holds the result of another thread until both have ended.
private final class Box<Content: Sendable>: Sendable {
  private let stored = Mutex<Content?>(nil)

  func put(_ content: Content) { stored.withLock { $0 = content } }

  var content: Content {
    guard let content = stored.withLock({ $0 }) else { preconditionFailure("read before it was put") }
    return content
  }
}
