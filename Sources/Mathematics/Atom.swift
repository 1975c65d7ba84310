/// What a polynomial's monomials are made of.
indirect enum Atom: Hashable, Sendable {
  case variable(String)
  case pi
  case e
  case imaginaryUnit
  /// A prime under a root: it stands with exponents between 0 and 1 only.
  case prime(Int)
  /// A factor of a radicand that was not split further; as `prime`, but products of such may hide relations.
  case cofactor(RationalNumber)
  /// The root of something that is no monomial.
  case radical(RationalFunction, index: Int)
  case function(String, [RationalFunction])
  /// base^exponent where the exponent is no number.
  case power(base: RationalFunction, exponent: RationalFunction)

  /// Whether polynomials over such atoms, reduced, are zero only if all their coefficients are.
  ///
  /// Roots of different primes are linearly independent over the rationals (Besicovitch, J. London Math. Soc. 1940), and π
  /// is transcendental. Whether π and e are independent of each other is not known: e counts as dependent.
  var isIndependent: Bool {
    switch self {
    case .variable, .pi, .imaginaryUnit, .prime: true
    case .e, .cofactor, .radical, .function, .power: false
    }
  }
}
