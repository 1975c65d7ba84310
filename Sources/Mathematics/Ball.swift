import BigInt

/// A real number known within an error: (middle ± radius) · 2^−precision, in integers.
///
/// Every operation rounds the radius up, so that the true value always lies inside: two balls that do not meet prove two
/// values different. Fixed point, as the sums and series here are of numbers near one.
package struct Ball: Sendable {
  package let middle: BigInt
  package let radius: BigInt
  package let precision: Int

  /// The largest magnitude that is computed with, in bits before the point.
  static let largestBits = 4_096

  package init(_ middle: BigInt, radius: BigInt, precision: Int) {
    self.middle = middle
    self.radius = radius
    self.precision = precision
  }

  init(_ value: RationalNumber, precision: Int) {
    self.precision = precision
    if value.isInteger {
      middle = value.numerator << precision
      radius = 0
    } else {
      middle = (value.numerator << precision) / value.denominator
      radius = 1
    }
  }

  init(_ value: Int, precision: Int) { self.init(RationalNumber(value), precision: precision) }

  /// Of the longer of its numbers.
  package var bitWidth: Int { max(middle.bitWidth, radius.bitWidth) }
  /// What no value of it exceeds in magnitude.
  var reach: BigInt { BigInt(middle.magnitude) + radius }
  var isExactlyZero: Bool { middle.isZero && radius.isZero }
  var containsZero: Bool { BigInt(middle.magnitude) <= radius }
  var isPositive: Bool { middle > radius }
  var isNegative: Bool { -middle > radius }
  var magnitude: Ball { Ball(BigInt(middle.magnitude), radius: radius, precision: precision) }

  /// The middle as a machine number.
  var approximation: Double {
    let width = middle.bitWidth
    guard width > 1_000 else { return Double(middle) * Self.power(-precision) }
    return Double(middle >> (width - 64)) * Self.power(width - 64 - precision)
  }

  private static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: max(-1_000, min(1_000, exponent)), significand: 1)
  }

  static prefix func - (value: Ball) -> Ball { Ball(-value.middle, radius: value.radius, precision: value.precision) }

  static func + (left: Ball, right: Ball) -> Ball {
    Ball(left.middle + right.middle, radius: left.radius + right.radius, precision: left.precision)
  }

  static func - (left: Ball, right: Ball) -> Ball { left + -right }

  static func * (left: Ball, right: Ball) -> Ball {
    let precision = left.precision
    if left.isExactlyZero || right.isExactlyZero { return Ball(0, radius: 0, precision: precision) }
    let spread =
      BigInt(left.middle.magnitude) * right.radius + BigInt(right.middle.magnitude) * left.radius
      + left.radius * right.radius
    return Ball((left.middle * right.middle) >> precision, radius: (spread >> precision) + 2, precision: precision)
  }

  func divided(by divisor: Int) -> Ball {
    Ball(middle / BigInt(divisor), radius: radius / BigInt(divisor) + 2, precision: precision)
  }

  func halved(_ times: Int) -> Ball { Ball(middle >> times, radius: (radius >> times) + 2, precision: precision) }

  /// nil where the divisor may be zero.
  func divided(by divisor: Ball) -> Ball? {
    guard !divisor.containsZero else { return nil }
    let lowest = BigInt(divisor.middle.magnitude) - divisor.radius
    let quotient = (middle << precision) / divisor.middle
    // |a/b − a'/b'| ≤ (ra + |a/b| rb) / (|b| − rb)
    let spread = ((radius << precision) + BigInt(quotient.magnitude) * divisor.radius + divisor.radius) / lowest + 2
    return Ball(quotient, radius: spread, precision: precision)
  }

  /// nil for a negative value; the root of what may be zero lies between zero and the root of its upper end.
  package var squareRoot: Ball? {
    guard middle + radius >= 0 else { return nil }
    let upper = BigInt(((middle + radius) << precision).magnitude.squareRoot()) + 1
    guard isPositive else {
      if isExactlyZero { return self }
      return Ball(upper / 2, radius: upper / 2 + 1, precision: precision)
    }
    let lower = BigInt(((middle - radius) << precision).magnitude.squareRoot())
    return Ball((lower + upper) / 2, radius: (upper - lower) / 2 + 2, precision: precision)
  }
}
