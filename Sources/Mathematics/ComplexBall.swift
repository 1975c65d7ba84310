import BigInt

/// A complex number known within an error.
struct ComplexBall: Sendable {
  let real: Ball
  let imaginary: Ball

  init(_ real: Ball, _ imaginary: Ball? = nil) {
    self.real = real
    self.imaginary = imaginary ?? Ball(0, precision: real.precision)
  }

  var precision: Int { real.precision }
  var isReal: Bool { imaginary.isExactlyZero }
  /// Of the longest of its numbers, errors among them.
  var bitWidth: Int { max(real.bitWidth, imaginary.bitWidth) }
  var containsZero: Bool { real.containsZero && imaginary.containsZero }
  var isExactlyZero: Bool { real.isExactlyZero && imaginary.isExactlyZero }

  static prefix func - (value: Self) -> Self { Self(-value.real, -value.imaginary) }
  static func + (left: Self, right: Self) -> Self {
    Self(left.real + right.real, left.imaginary + right.imaginary)
  }
  static func - (left: Self, right: Self) -> Self { left + -right }
  static func * (left: Self, right: Self) -> Self {
    if left.isReal, right.isReal { return Self(left.real * right.real) }
    return Self(
      left.real * right.real - left.imaginary * right.imaginary,
      left.real * right.imaginary + left.imaginary * right.real)
  }

  func divided(by divisor: Self) -> Self? {
    if divisor.isReal {
      guard let real = real.divided(by: divisor.real), let imaginary = imaginary.divided(by: divisor.real) else {
        return nil
      }
      return Self(real, isReal ? nil : imaginary)
    }
    let product = self * Self(divisor.real, -divisor.imaginary)
    let square = divisor.real * divisor.real + divisor.imaginary * divisor.imaginary
    guard let real = product.real.divided(by: square), let imaginary = product.imaginary.divided(by: square) else {
      return nil
    }
    return Self(real, imaginary)
  }

  var exponential: Self? {
    guard let size = real.exponential else { return nil }
    if isReal { return Self(size) }
    guard let direction = imaginary.sineAndCosine else { return nil }
    return Self(size * direction.cosine, size * direction.sine)
  }

  /// The principal logarithm; nil at zero and where the branch is not certain.
  var logarithm: Self? {
    if isReal, real.isPositive { return real.logarithm.map { Self($0) } }
    let square = real * real + imaginary * imaginary
    guard let size = square.logarithm, let angle else { return nil }
    return Self(size.halved(1), angle)
  }

  /// The argument, in −π … π.
  private var angle: Ball? {
    let pi = Ball.pi(precision: precision)
    if isReal { return real.isNegative ? pi : real.isPositive ? Ball(0, precision: precision) : nil }
    if real.isPositive { return imaginary.divided(by: real)?.arctangent }
    guard imaginary.isPositive || imaginary.isNegative else { return nil }
    guard let rest = real.divided(by: imaginary)?.arctangent else { return nil }
    return (imaginary.isPositive ? pi.halved(1) : -pi.halved(1)) - rest
  }

  /// The principal square root.
  var squareRoot: Self? {
    if isReal {
      if real.isNegative { return (-real).squareRoot.map { Self(Ball(0, precision: precision), $0) } }
      return real.squareRoot.map { Self($0) }
    }
    guard let logarithm else { return nil }
    return Self(logarithm.real.halved(1), logarithm.imaginary.halved(1)).exponential
  }
}
