/// Integers modulo the prime 2^64 − 2^32 + 1, in which −1 has a square root.
struct PrimeField: Hashable, Sendable {
  static let modulus: UInt64 = 0xffff_ffff_0000_0001

  let value: UInt64

  static let zero = PrimeField(0)
  static let one = PrimeField(1)

  init(_ value: UInt64) { self.value = value % Self.modulus }

  init(_ value: RationalNumber) {
    let top = PrimeField(UInt64(value.numerator.modulus(.init(Self.modulus))))
    let bottom = PrimeField(UInt64(value.denominator.modulus(.init(Self.modulus))))
    self = top * bottom.power(Self.modulus - 2)
  }

  /// A square root of −1: 7 generates the multiplicative group.
  static let imaginaryUnit = PrimeField(7).power((modulus - 1) / 4)

  static prefix func - (value: Self) -> Self { Self(value.value == 0 ? 0 : modulus - value.value) }

  static func + (left: Self, right: Self) -> Self {
    let (sum, overflow) = left.value.addingReportingOverflow(right.value)
    return Self(overflow || sum >= modulus ? sum &- modulus : sum)
  }

  static func * (left: Self, right: Self) -> Self {
    Self(modulus.dividingFullWidth(left.value.multipliedFullWidth(by: right.value)).remainder)
  }

  func power(_ exponent: UInt64) -> PrimeField {
    var (result, square, rest) = (Self.one, self, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = result * square }
      square = square * square
      rest >>= 1
    }
    return result
  }

  /// - Precondition: not zero.
  var inverse: PrimeField {
    precondition(value != 0, "zero has no inverse")
    return power(Self.modulus - 2)
  }
}
