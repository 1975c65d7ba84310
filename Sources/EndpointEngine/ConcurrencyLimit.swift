import Core

/// How many requests may be under way: grows while the server keeps up, is halved where it is overloaded (additive
/// increase, multiplicative decrease).
///
/// A value without a clock: what it is told of is what happened to requests, and when they were begun is an epoch, the
/// number of cuts before. A request begun before the last cut says nothing about the limit after it.
package struct ConcurrencyLimit: Sendable, Hashable {
  private let settings: EndpointSettings.Concurrency
  private var limit: Double
  package private(set) var epoch = 0
  /// Seconds a token, smoothed over about as many answers as there are requests under way; and the least of it lately.
  private var latency: Double?
  private var leastLatency: Double?
  private static let smoothing = 0.1
  /// Beyond so many times the least latency, more requests only wait in the server's queue.
  private static let tolerance = 2.0
  /// The least latency is forgotten at this rate an answer, since prompts and answers change.
  private static let forgetting = 1.002

  package init(_ settings: EndpointSettings.Concurrency) {
    self.settings = settings
    limit = Double(settings.initial)
  }

  package var value: Int { max(1, Int(limit)) }

  /// An answer came.
  ///
  /// - Parameters:
  ///   - secondsPerToken: From the request to the answer, by the tokens of its longest sample.
  ///   - underWay: Requests at that moment, this one included; a limit that is not used up has no reason to grow.
  package mutating func succeeded(begunIn begun: Int, secondsPerToken: Double, underWay: Int) {
    let smoothed = latency.map { $0 + Self.smoothing * (secondsPerToken - $0) } ?? secondsPerToken
    let least = min(smoothed, (leastLatency ?? smoothed) * Self.forgetting)
    (latency, leastLatency) = (smoothed, least)
    guard begun == epoch, underWay >= value else { return }
    if smoothed > Self.tolerance * least {
      // What was added above the beginning is given back; below it, only refusals lead.
      if value > settings.initial { cut(to: max(Double(settings.initial), limit * 0.9)) }
    } else {
      // Before the first cut the limit doubles within a round of requests, afterwards it grows by one.
      limit = min(Double(settings.max), limit + (epoch == 0 ? 1 : 1 / limit))
    }
  }

  /// The server refused for its load, or did not answer in time.
  package mutating func overloaded(begunIn begun: Int) {
    if begun == epoch { cut(to: max(1, limit / 2)) }
  }

  private mutating func cut(to value: Double) {
    limit = value
    epoch += 1
    latency = nil
  }
}
