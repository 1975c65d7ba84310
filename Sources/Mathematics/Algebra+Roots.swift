import BigInt

extension Algebra {
  /// The principal root, real where there is a real one; odd roots of negative numbers are negative.
  func root(_ value: RationalFunction, _ index: Int) throws(Obstacle) -> RationalFunction {
    guard index >= 1 else { throw .undefined("a root of index \(index)") }
    if index == 1 || value.isZero { return value }
    guard Monomial.unit % index == 0 else { return try self.value(of: .radical(value, index: index)) }
    if let constant = value.constant { return try root(of: constant, index) }
    if value.isPolynomial, value.numerator.terms.count == 1, let root = try root(of: value.numerator.terms[0], index) {
      return root
    }
    // The rational content comes out, so that √(4x + 8) is 2√(x + 2).
    let content = content(of: value.numerator)
    guard content != .one else { return try self.value(of: .radical(value, index: index)) }
    let primitive = RationalFunction(
      reduced: value.numerator.scaled(by: content.reciprocal), over: value.denominator)
    return try multiply(
      try root(of: content, index), try self.value(of: .radical(primitive, index: index)))
  }

  private func root(of value: RationalNumber, _ index: Int) throws(Obstacle) -> RationalFunction {
    if value.isNegative {
      let root = try root(of: -value, index)
      if !index.isMultiple(of: 2) { return -root }
      guard index == 2 else { return try self.value(of: .radical(RationalFunction(value), index: index)) }
      return try multiply(root, try self.value(of: .imaginaryUnit))
    }
    // (a/b)^(1/n) = (a b^(n−1))^(1/n) / b would make large numbers: both parts are split on their own.
    let top = try root(ofNatural: value.numerator, index)
    return try divide(RationalFunction(top), RationalFunction(try root(ofNatural: value.denominator, index)))
  }

  /// Splits a natural number into primes, and what is left of it into a power of a number without small primes.
  private func root(ofNatural value: BigInt, _ index: Int) throws(Obstacle) -> Polynomial {
    var result = Polynomial.one
    guard var rest = UInt64(exactly: value) else { return try root(ofLarge: value, index) }
    var divisor: UInt64 = 2
    while divisor * divisor <= rest, divisor < 65_536 {
      var count = 0
      while rest % divisor == 0 {
        rest /= divisor
        count += 1
      }
      if count > 0 {
        result = try multiply(
          result, try monomial(.prime(Int(divisor)), exponent: count * (Monomial.unit / index)))
      }
      divisor += divisor == 2 ? 1 : 2
    }
    try budget.spend(Int(divisor / 4) + 1)
    if rest == 1 { return result }
    // Below 2^32 nothing but a prime is left; above, a square of a prime is the one thing worth finding.
    let share = Monomial.unit / index
    if rest < 1 << 32 { return try multiply(result, try monomial(.prime(Int(rest)), exponent: share)) }
    let side = BigUInt(rest).squareRoot()
    if side * side == BigUInt(rest), let prime = Int(exactly: side) {
      return try multiply(result, try monomial(.prime(prime), exponent: 2 * share))
    }
    return try multiply(result, try monomial(.cofactor(RationalNumber(BigInt(rest))), exponent: share))
  }

  private func root(ofLarge value: BigInt, _ index: Int) throws(Obstacle) -> Polynomial {
    guard value.bitWidth <= Budget.fractionBits else { throw .tooLarge("a root of a number of too many digits") }
    var rest = value
    var result = Polynomial.one
    let share = Monomial.unit / index
    for prime in [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47] {
      let divisor = BigInt(prime)
      var count = 0
      while true {
        let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: divisor)
        guard remainder.isZero else { break }
        rest = quotient
        count += 1
        try budget.spend(10 + rest.bitWidth / 32)
      }
      if count > 0 { result = try multiply(result, try monomial(.prime(prime), exponent: count * share)) }
    }
    if rest == 1 { return result }
    if rest != value, rest.bitWidth <= 64 { return try multiply(result, try root(ofNatural: rest, index)) }
    try budget.spend(rest.bitWidth * 4)
    let side = BigInt(rest.magnitude.squareRoot())
    if side * side == rest {
      return try multiply(result, try monomial(.cofactor(RationalNumber(side)), exponent: 2 * share))
    }
    return try multiply(result, try monomial(.cofactor(RationalNumber(rest)), exponent: share))
  }

  /// The root of a monomial where it is a monomial: √(x³) is x√x, but √(x²) is |x|, which is none.
  private func root(of term: Polynomial.Term, _ index: Int) throws(Obstacle) -> RationalFunction? {
    guard !term.coefficient.isNegative || !index.isMultiple(of: 2) else { return nil }
    var result = try root(of: term.coefficient, index)
    for factor in term.monomial.factors {
      let (quotient, remainder) = factor.exponent.quotientAndRemainder(dividingBy: index)
      guard remainder == 0 else { return nil }
      let atom = atoms[factor.atom]
      switch atom {
      case .pi, .e, .prime, .cofactor: break
      case .variable:
        let isEven = factor.exponent.isMultiple(of: 2 * Monomial.unit)
        guard !index.isMultiple(of: 2) || !isEven || quotient.isMultiple(of: 2 * Monomial.unit) else { return nil }
      default: return nil
      }
      result = try multiply(result, RationalFunction(try monomial(atom, exponent: quotient)))
    }
    return result
  }

  /// The positive rational number that divides all coefficients and leaves whole ones without a common divisor.
  func content(of polynomial: Polynomial) -> RationalNumber {
    var top = BigInt(0)
    var bottom = BigInt(1)
    for term in polynomial.terms {
      top = top.greatestCommonDivisor(with: BigInt(term.coefficient.numerator.magnitude))
      bottom = bottom / bottom.greatestCommonDivisor(with: term.coefficient.denominator) * term.coefficient.denominator
      if bottom.bitWidth > Budget.fractionBits || top.bitWidth > Budget.fractionBits { return .one }
    }
    return top.isZero ? .one : RationalNumber(top, over: bottom)
  }
}
