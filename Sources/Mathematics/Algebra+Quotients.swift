extension Algebra {
  func add(_ left: RationalFunction, _ right: RationalFunction) throws(Obstacle) -> RationalFunction {
    if left.denominator == right.denominator {
      return try quotient(try add(left.numerator, right.numerator), left.denominator)
    }
    let numerator = try add(
      try multiply(left.numerator, right.denominator), try multiply(right.numerator, left.denominator))
    return try quotient(numerator, try multiply(left.denominator, right.denominator))
  }

  func multiply(_ left: RationalFunction, _ right: RationalFunction) throws(Obstacle) -> RationalFunction {
    try quotient(
      try multiply(left.numerator, right.numerator), try multiply(left.denominator, right.denominator))
  }

  func divide(_ left: RationalFunction, _ right: RationalFunction) throws(Obstacle) -> RationalFunction {
    try quotient(
      try multiply(left.numerator, right.denominator), try multiply(left.denominator, right.numerator))
  }

  func power(_ base: RationalFunction, _ exponent: Int) throws(Obstacle) -> RationalFunction {
    if exponent < 0 {
      return try power(try quotient(base.denominator, base.numerator), -exponent)
    }
    return try quotient(try power(base.numerator, exponent), try power(base.denominator, exponent))
  }

  /// - Throws: `Obstacle.undefined` where the denominator is zero.
  func quotient(_ numerator: Polynomial, _ denominator: Polynomial) throws(Obstacle) -> RationalFunction {
    if denominator == .one { return RationalFunction(numerator) }
    guard let lead = denominator.terms.first else { throw .undefined("a division by zero") }
    if numerator.isZero { return .zero }
    guard denominator.terms.count > 1 else {
      let (top, bottom) = try inverse(lead)
      let product = try multiply(numerator, top)
      return bottom == .one ? RationalFunction(product) : RationalFunction(reduced: product, over: bottom)
    }
    let scale = lead.coefficient.reciprocal
    let (top, bottom) = (try multiply(numerator, Polynomial(scale)), try multiply(denominator, Polynomial(scale)))
    if let first = top.terms.first, top.terms.count == bottom.terms.count, first.monomial == bottom.terms[0].monomial,
      top == (try multiply(bottom, Polynomial(first.coefficient)))
    {
      return RationalFunction(first.coefficient)
    }
    return RationalFunction(reduced: top, over: bottom)
  }

  /// The inverse of a single term, with roots taken out of the denominator.
  private func inverse(_ term: Polynomial.Term) throws(Obstacle) -> (Polynomial, Polynomial) {
    var top = Polynomial(term.coefficient.reciprocal)
    var bottom = Polynomial.one
    for factor in term.monomial.factors {
      let atom = atoms[factor.atom]
      switch atom {
      case .radical(let radicand, let index) where radicand.isPolynomial:
        let whole = index * Monomial.unit
        let count = (factor.exponent + whole - 1) / whole
        top = try multiply(top, try monomial(atom, exponent: count * whole - factor.exponent))
        bottom = try multiply(bottom, try power(radicand.numerator, count))
      case .function("sin", _):
        bottom = try multiply(bottom, try monomial(atom, exponent: factor.exponent))
      default:
        top = try multiply(top, try monomial(atom, exponent: -factor.exponent))
      }
    }
    guard let lead = bottom.terms.first, bottom.terms.count == 1, bottom != .one, factorsAreInvertible(lead) else {
      return (top, bottom)
    }
    let (outer, rest) = try inverse(lead)
    return (try multiply(top, outer), rest)
  }

  private func factorsAreInvertible(_ term: Polynomial.Term) -> Bool {
    term.monomial.factors.allSatisfy { factor in
      switch atoms[factor.atom] {
      case .radical, .function("sin", _): false
      default: true
      }
    }
  }
}
