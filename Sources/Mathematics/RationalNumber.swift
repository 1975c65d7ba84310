import BigInt

/// A rational number in lowest terms, with a positive denominator.
struct RationalNumber: Hashable, Sendable, Comparable {
  let numerator: BigInt
  let denominator: BigInt

  static let zero = RationalNumber(0)
  static let one = RationalNumber(1)

  init(_ integer: Int) {
    numerator = BigInt(integer)
    denominator = 1
  }

  init(_ integer: BigInt) {
    numerator = integer
    denominator = 1
  }

  /// - Precondition: `denominator` is not zero.
  init(_ numerator: BigInt, over denominator: BigInt) {
    precondition(!denominator.isZero, "a fraction needs a denominator")
    let divisor = Self.greatestCommonDivisor(numerator, denominator)
    let sign: BigInt = denominator.sign == .minus ? -1 : 1
    self.numerator = sign * (divisor == 1 ? numerator : numerator / divisor)
    self.denominator = sign * (divisor == 1 ? denominator : denominator / divisor)
  }

  private init(lowestTerms numerator: BigInt, _ denominator: BigInt) {
    self.numerator = numerator
    self.denominator = denominator
  }

  var isZero: Bool { numerator.isZero }
  var isInteger: Bool { denominator == 1 }
  var isNegative: Bool { numerator.sign == .minus && !numerator.isZero }
  var magnitude: RationalNumber { isNegative ? -self : self }

  /// The value as a machine integer, where it is one.
  var int: Int? { isInteger ? Int(exactly: numerator) : nil }

  /// An upper bound of the size of either part, in bits.
  var bits: Int { max(numerator.bitWidth, denominator.bitWidth) }

  /// The greatest integer that is not larger.
  var floor: BigInt {
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    return remainder.sign == .minus && !remainder.isZero ? quotient - 1 : quotient
  }

  /// - Precondition: not zero.
  var reciprocal: RationalNumber {
    precondition(!isZero, "zero has no reciprocal")
    return isNegative ? Self(lowestTerms: -denominator, -numerator) : Self(lowestTerms: denominator, numerator)
  }

  static prefix func - (value: Self) -> Self { Self(lowestTerms: -value.numerator, value.denominator) }

  static func + (left: Self, right: Self) -> Self {
    if left.isInteger, right.isInteger { return Self(left.numerator + right.numerator) }
    return Self(
      left.numerator * right.denominator + right.numerator * left.denominator,
      over: left.denominator * right.denominator)
  }

  static func - (left: Self, right: Self) -> Self { left + -right }

  static func * (left: Self, right: Self) -> Self {
    if left.isInteger, right.isInteger { return Self(left.numerator * right.numerator) }
    return Self(left.numerator * right.numerator, over: left.denominator * right.denominator)
  }

  /// - Precondition: `right` is not zero.
  static func / (left: Self, right: Self) -> Self { left * right.reciprocal }

  static func < (left: Self, right: Self) -> Bool {
    left.numerator * right.denominator < right.numerator * left.denominator
  }

  /// The power, where it stays within `Budget.bits`. - Precondition: not zero where `exponent` is negative.
  func power(_ exponent: Int) throws(Obstacle) -> RationalNumber {
    if exponent == 0 { return .one }
    if self == .one || isZero { return self }
    if self == -.one { return exponent.isMultiple(of: 2) ? .one : self }
    let size = bits.multipliedReportingOverflow(by: Int(clamping: exponent.magnitude))
    guard !size.overflow, size.partialValue <= 2 * Budget.bits else { throw .tooLarge("a power of too many digits") }
    let base = exponent < 0 ? reciprocal : self
    let count = Int(exponent.magnitude)
    return Self(lowestTerms: base.numerator.power(count), base.denominator.power(count))
  }

  private static func greatestCommonDivisor(_ left: BigInt, _ right: BigInt) -> BigInt {
    if left == 1 || right == 1 { return 1 }
    guard var a = Int(exactly: left)?.magnitude, var b = Int(exactly: right)?.magnitude else {
      return left.greatestCommonDivisor(with: right)
    }
    while b != 0 { (a, b) = (b, a % b) }
    return BigInt(a)
  }
}

extension RationalNumber: CustomStringConvertible {
  /// `-2/3`; the leading digits and the size of a number that no line holds.
  var description: String {
    isInteger ? Self.digits(numerator) : "\(Self.digits(numerator))/\(Self.digits(denominator))"
  }

  private static func digits(_ value: BigInt) -> String {
    guard value.bitWidth > 600 else { return String(value) }
    return "\(value.sign == .minus ? "-" : "")(\(value.bitWidth) bits)"
  }
}
