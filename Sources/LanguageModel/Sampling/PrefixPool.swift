import Synchronization

/// Memory for the prompts of one thread, used again for the next prompt when no sequence needs the last one.
///
/// Several lie side by side in one buffer: large enough to get huge pages. A prompt of a small model, some hundred kilobytes,
/// would not get them by itself, and a token reads all of it.
package final class PrefixPool: Sendable {
  private let size: Int
  private let together: Int
  private let free = Mutex<[FloatView]>([])

  /// - Parameters:
  ///   - promptTokens: Of the longest prompt.
  ///   - together: Prompts that memory is taken for at a time.
  package init(_ configuration: ModelConfiguration, promptTokens: Int, together: Int) {
    size = SharedPrefix.floatCount(configuration, count: promptTokens)
    self.together = max(together, 1)
  }

  func take() -> FloatView {
    free.withLock { free in
      if free.isEmpty {
        let storage = FloatView(FloatBuffer(count: size * together))
        free = (0..<together).map { storage.slice($0 * size, size) }
      }
      return free.removeLast()
    }
  }

  func give(_ storage: FloatView) { free.withLock { $0.append(storage) } }
}
