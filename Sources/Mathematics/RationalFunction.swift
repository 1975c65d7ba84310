/// A quotient of polynomials; a denominator of one term is divided out, and the first coefficient of any other is 1.
struct RationalFunction: Hashable, Sendable {
  let numerator: Polynomial
  let denominator: Polynomial

  static let zero = RationalFunction(Polynomial.zero)
  static let one = RationalFunction(Polynomial.one)

  init(_ polynomial: Polynomial) {
    numerator = polynomial
    denominator = .one
  }

  init(_ constant: RationalNumber) { self.init(Polynomial(constant)) }

  /// - Parameter reduced: As `Algebra.quotient` makes it.
  init(reduced numerator: Polynomial, over denominator: Polynomial) {
    self.numerator = numerator
    self.denominator = denominator
  }

  var isZero: Bool { numerator.isZero }
  var isPolynomial: Bool { denominator == .one }
  /// The value of a function without atoms.
  var constant: RationalNumber? { isPolynomial ? numerator.constant : nil }

  static prefix func - (value: Self) -> Self { Self(reduced: -value.numerator, over: value.denominator) }
}
