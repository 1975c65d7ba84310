import Dispatch
import Synchronization

/// Runs blocking compute for asynchronous callers on threads of its own, never on the cooperative pool.
public enum ComputeThread {
  private static let queue = DispatchQueue(label: "reversal.compute", attributes: .concurrent)

  /// - Parameter body: Is told through its argument when the caller's task is cancelled, and is expected to return or
  ///   throw soon after.
  public static func run<Value: Sendable>(
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
