import BigInt

extension Algebra {
  func sine(_ argument: RationalFunction) throws(Obstacle) -> RationalFunction {
    if let turns = try twelfthsOfPi(argument) { return try sine(ofTwelfths: turns) }
    if isNegated(argument) { return -(try value(of: .function("sin", [-argument]))) }
    return try value(of: .function("sin", [argument]))
  }

  func cosine(_ argument: RationalFunction) throws(Obstacle) -> RationalFunction {
    if let turns = try twelfthsOfPi(argument) { return try sine(ofTwelfths: turns + 6) }
    return try value(of: .function("cos", [isNegated(argument) ? -argument : argument]))
  }

  /// The argument modulo 2π, counted in π/12, where it is such a multiple.
  private func twelfthsOfPi(_ argument: RationalFunction) throws(Obstacle) -> Int? {
    if argument.isZero { return 0 }
    guard argument.isPolynomial, argument.numerator.terms.count == 1 else { return nil }
    return twelfths(argument.numerator.terms[0], of: [.pi])
  }

  /// How many twelfths of the product of these atoms the term is, modulo 24.
  private func twelfths(_ term: Polynomial.Term, of product: [Atom]) -> Int? {
    let twelfths = term.coefficient * RationalNumber(12)
    guard isProduct(term.monomial, of: product), twelfths.isInteger else { return nil }
    return Int(twelfths.numerator.modulus(24))
  }

  private func isProduct(_ monomial: Monomial, of product: [Atom]) -> Bool {
    monomial.factors.count == product.count
      && monomial.factors.allSatisfy { $0.exponent == Monomial.unit && product.contains(atoms[$0.atom]) }
  }

  /// e^(πik/12) = cos + i sin (Euler).
  private func direction(ofTwelfths count: Int) throws(Obstacle) -> RationalFunction {
    try add(
      try sine(ofTwelfths: count + 6),
      try multiply(try value(of: .imaginaryUnit), try sine(ofTwelfths: count)))
  }

  private func sine(ofTwelfths count: Int) throws(Obstacle) -> RationalFunction {
    let turned = ((count % 24) + 24) % 24
    if turned >= 12 { return -(try sine(ofTwelfths: turned - 12)) }
    let acute = turned > 6 ? 12 - turned : turned
    func root(_ value: Int) throws(Obstacle) -> RationalFunction {
      try self.root(RationalFunction(RationalNumber(value)), 2)
    }
    func over(_ value: RationalFunction, _ divisor: Int) throws(Obstacle) -> RationalFunction {
      try multiply(value, RationalFunction(RationalNumber(1, over: BigInt(divisor))))
    }
    switch acute {
    case 0: return .zero
    case 1: return try over(try add(try root(6), -(try root(2))), 4)
    case 2: return RationalFunction(RationalNumber(1, over: 2))
    case 3: return try over(try root(2), 2)
    case 4: return try over(try root(3), 2)
    case 5: return try over(try add(try root(6), try root(2)), 4)
    default: return .one
    }
  }

  private func isNegated(_ value: RationalFunction) -> Bool {
    value.numerator.terms.first?.coefficient.isNegative ?? false
  }

  /// The natural logarithm; of a rational number the sum over its primes.
  func logarithm(_ argument: RationalFunction) throws(Obstacle) -> RationalFunction {
    if argument.isZero { throw .undefined("a logarithm of zero") }
    guard argument.isPolynomial, argument.numerator.terms.count == 1 else {
      return try value(of: .function("ln", [argument]))
    }
    let term = argument.numerator.terms[0]
    guard !term.coefficient.isNegative else { return try value(of: .function("ln", [argument])) }
    var result = try add(
      try logarithm(ofNatural: term.coefficient.numerator), -(try logarithm(ofNatural: term.coefficient.denominator)))
    for factor in term.monomial.factors {
      let exponent = RationalFunction(RationalNumber(BigInt(factor.exponent), over: BigInt(Monomial.unit)))
      let part: RationalFunction
      switch atoms[factor.atom] {
      case .e: part = .one
      case .pi: part = try value(of: .function("ln", [try value(of: .pi)]))
      case .prime(let prime): part = try logarithm(ofNatural: BigInt(prime))
      default: return try value(of: .function("ln", [argument]))
      }
      result = try add(result, try multiply(exponent, part))
    }
    return result
  }

  private func logarithm(ofNatural value: BigInt) throws(Obstacle) -> RationalFunction {
    guard var rest = UInt64(exactly: value) else {
      return try self.value(of: .function("ln", [RationalFunction(RationalNumber(value))]))
    }
    var result = RationalFunction.zero
    var divisor: UInt64 = 2
    while rest > 1 {
      let prime = divisor * divisor > rest || divisor >= 65_536 ? rest : divisor
      var count = 0
      while rest % prime == 0 {
        rest /= prime
        count += 1
      }
      if count > 0 {
        let ln = try self.value(of: .function("ln", [RationalFunction(RationalNumber(BigInt(prime)))]))
        result = try add(result, try multiply(RationalFunction(RationalNumber(count)), ln))
      }
      divisor += divisor == 2 ? 1 : 2
    }
    try budget.spend(Int(divisor / 4))
    return result
  }

  /// base^exponent for an exponent that is no number: a product over the exponent's terms.
  func power(_ base: RationalFunction, _ exponent: RationalFunction) throws(Obstacle) -> RationalFunction {
    guard exponent.isPolynomial, let simple = base.constant, simple.isInteger, !simple.isNegative, !simple.isZero else {
      return try symbolicPower(base, exponent)
    }
    // 4^n and 2^(2n) are one: the base is split into primes.
    guard var rest = simple.int, rest < 1 << 32 else { return try symbolicPower(base, exponent) }
    var result = RationalFunction.one
    var divisor = 2
    while rest > 1 {
      let prime = divisor * divisor > rest ? rest : divisor
      var count = 0
      while rest % prime == 0 {
        rest /= prime
        count += 1
      }
      if count > 0 {
        let scaled = try multiply(exponent, RationalFunction(RationalNumber(count)))
        result = try multiply(result, try symbolicPower(RationalFunction(RationalNumber(prime)), scaled))
      }
      divisor += 1
    }
    return result
  }

  private func symbolicPower(_ base: RationalFunction, _ exponent: RationalFunction) throws(Obstacle)
    -> RationalFunction
  {
    guard exponent.isPolynomial else { return try value(of: .power(base: base, exponent: exponent)) }
    let terms = base.numerator.terms
    let isNatural =
      base.isPolynomial && terms.count == 1 && terms[0].coefficient == .one
      && isProduct(terms[0].monomial, of: [.e])
    var result = RationalFunction.one
    for term in exponent.numerator.terms {
      if isNatural, let turns = twelfths(term, of: [.pi, .imaginaryUnit]) {
        result = try multiply(result, try direction(ofTwelfths: turns))
        continue
      }
      let (count, divisor) = (term.coefficient.numerator, term.coefficient.denominator)
      if term.monomial.isOne {
        guard let count = Int(exactly: count), let divisor = Int(exactly: divisor), divisor <= 10 else {
          return try value(of: .power(base: base, exponent: exponent))
        }
        result = try multiply(result, try power(try root(base, divisor), count))
        continue
      }
      let unit = RationalFunction(
        Polynomial(sorted: [.init(monomial: term.monomial, coefficient: RationalNumber(1, over: divisor))]))
      guard let count = Int(exactly: count), abs(count) <= 1_000 else {
        return try value(of: .power(base: base, exponent: exponent))
      }
      result = try multiply(
        result, RationalFunction(try monomial(.power(base: base, exponent: unit), exponent: count * Monomial.unit)))
    }
    return result
  }
}
