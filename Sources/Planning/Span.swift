/// A number that is not known exactly: the best guess, and the ends between which it is expected. Not negative.
///
/// Arithmetic is that of intervals: sums and products take all low ends together and all high ends together, as if every
/// assumption erred the same way, so that a total's range is never too narrow.
public struct Span: Codable, Sendable, Hashable {
  public let estimate: Double
  public let low: Double
  public let high: Double

  public init(_ estimate: Double, low: Double? = nil, high: Double? = nil) {
    self.estimate = estimate
    self.low = min(low ?? estimate, estimate)
    self.high = max(high ?? estimate, estimate)
  }

  public init(_ count: Int) { self.init(Double(count)) }

  public static let zero = Span(0)

  public var isExact: Bool { low == high }

  /// `function` of the estimate and of both ends; it must not fall where its argument rises.
  public func map(_ function: (Double) -> Double) -> Span {
    Span(function(estimate), low: function(low), high: function(high))
  }

  public static func + (a: Span, b: Span) -> Span {
    Span(a.estimate + b.estimate, low: a.low + b.low, high: a.high + b.high)
  }

  public static func * (a: Span, b: Span) -> Span {
    Span(a.estimate * b.estimate, low: a.low * b.low, high: a.high * b.high)
  }

  public static func * (a: Span, factor: Double) -> Span { a.map { $0 * factor } }

  /// - Precondition: The divisor's low end is above 0.
  public static func / (a: Span, b: Span) -> Span {
    Span(a.estimate / b.estimate, low: a.low / b.high, high: a.high / b.low)
  }

  public static func / (a: Span, divisor: Double) -> Span { a * (1 / divisor) }

  public static func += (a: inout Span, b: Span) { a = a + b }
}

extension Sequence<Span> {
  public var sum: Span { reduce(.zero, +) }
}
