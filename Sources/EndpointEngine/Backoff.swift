import Randomness

/// How long to wait before a request is tried again: twice as long each time, between half and all of it at random, so
/// that the many requests which failed together do not come back together.
package struct Backoff: Sendable {
  private static let first = 0.5
  private static let longest = 30.0
  /// A server that wants more patience than this is not waited for.
  static let longestAsked = 600.0
  private var stream: RandomStream
  private var attempt = 0

  package init(_ stream: RandomStream) { self.stream = stream }

  /// The next wait. What the server asks for is a minimum.
  package mutating func next(asked: Duration?) -> Duration {
    let span = min(Self.longest, Self.first * Double(1 << min(attempt, 16)))
    attempt += 1
    let seconds = span * (0.5 + 0.5 * stream.uniform())
    return max(.seconds(seconds), min(asked ?? .zero, .seconds(Self.longestAsked)))
  }
}
