/// A set of real numbers: intervals and single points, sorted, none touching the next.
struct IntervalSet {
  struct Endpoint {
    /// nil for an infinite end.
    let value: Expression?
    /// The value as a machine number: decides the order only; ties are decided exactly.
    let approximation: Double
    var isClosed: Bool
  }

  struct Interval {
    var lower: Endpoint
    var upper: Endpoint
  }

  private(set) var intervals: [Interval]

  static let reals = IntervalSet(intervals: [
    Interval(
      lower: Endpoint(value: nil, approximation: -.infinity, isClosed: false),
      upper: Endpoint(value: nil, approximation: .infinity, isClosed: false))
  ])

  /// nil where an interval ends before it begins.
  init?(_ lower: Endpoint, _ upper: Endpoint) {
    guard lower.approximation < upper.approximation || (Self.meet(lower, upper) && lower.isClosed && upper.isClosed)
    else {
      return nil
    }
    intervals = [Interval(lower: lower, upper: upper)]
  }

  init(intervals: [Interval]) { self.intervals = intervals }

  func union(_ other: IntervalSet) -> IntervalSet {
    let sorted = (intervals + other.intervals).sorted {
      Self.meet($0.lower, $1.lower)
        ? $0.lower.isClosed && !$1.lower.isClosed : $0.lower.approximation < $1.lower.approximation
    }
    var merged: [Interval] = []
    for next in sorted {
      guard var last = merged.last else {
        merged.append(next)
        continue
      }
      let touches = Self.meet(last.upper, next.lower)
      let joined =
        touches ? last.upper.isClosed || next.lower.isClosed : next.lower.approximation < last.upper.approximation
      guard joined else {
        merged.append(next)
        continue
      }
      if Self.meet(last.upper, next.upper) {
        last.upper.isClosed = last.upper.isClosed || next.upper.isClosed
      } else if next.upper.approximation > last.upper.approximation {
        last.upper = next.upper
      }
      merged[merged.count - 1] = last
    }
    return IntervalSet(intervals: merged)
  }

  /// Without one point.
  func removing(_ point: Endpoint) -> IntervalSet {
    var open = point
    open.isClosed = false
    var result: [Interval] = []
    for interval in intervals {
      let (atLower, atUpper) = (Self.meet(interval.lower, point), Self.meet(interval.upper, point))
      if atLower, atUpper { continue }
      if atLower {
        result.append(Interval(lower: open, upper: interval.upper))
      } else if atUpper {
        result.append(Interval(lower: interval.lower, upper: open))
      } else if interval.lower.approximation < point.approximation, point.approximation < interval.upper.approximation {
        result.append(Interval(lower: interval.lower, upper: open))
        result.append(Interval(lower: open, upper: interval.upper))
      } else {
        result.append(interval)
      }
    }
    return IntervalSet(intervals: result)
  }

  /// Whether two ends are one number, as far as machine numbers tell; equality of sets asks again, exactly.
  private static func meet(_ left: Endpoint, _ right: Endpoint) -> Bool {
    if left.approximation.isInfinite || right.approximation.isInfinite {
      return left.approximation == right.approximation
    }
    return abs(left.approximation - right.approximation) <= 1e-12 * max(1, abs(left.approximation))
  }
}
