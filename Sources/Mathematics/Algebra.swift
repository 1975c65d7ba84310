import BigInt

/// Exact arithmetic of rational functions over one table of atoms, within a budget.
///
/// What is zero here is zero; what is not zero here may be zero only where an atom is not independent of the others.
final class Algebra {
  /// Atoms that fulfil an equation, which products are reduced by.
  private enum Relation {
    case none, imaginaryUnit
    case prime(RationalNumber)
    case radical(RationalFunction, index: Int)
    /// sin² = 1 − cos², with the place of the cosine.
    case sine(cosine: Int)
  }

  let budget: Budget
  private(set) var atoms: [Atom] = []
  private var relations: [Relation] = []

  init(budget: Budget) { self.budget = budget }

  // MARK: Atoms

  func index(of atom: Atom) throws(Obstacle) -> Int {
    if let known = atoms.firstIndex(of: atom) { return known }
    guard atoms.count < 48 else { throw .tooLarge("more than 48 names and functions") }
    var relation = Relation.none
    switch atom {
    case .imaginaryUnit: relation = .imaginaryUnit
    case .prime(let value): relation = .prime(RationalNumber(value))
    case .cofactor(let value): relation = .prime(value)
    case .radical(let radicand, let index) where radicand.isPolynomial: relation = .radical(radicand, index: index)
    case .function("sin", let arguments): relation = .sine(cosine: try self.index(of: .function("cos", arguments)))
    default: break
    }
    atoms.append(atom)
    relations.append(relation)
    return atoms.count - 1
  }

  func value(of atom: Atom) throws(Obstacle) -> RationalFunction {
    RationalFunction(try monomial(atom, exponent: Monomial.unit))
  }

  /// A power of an atom, with its exponent in parts of `Monomial.unit`.
  func monomial(_ atom: Atom, exponent: Int) throws(Obstacle) -> Polynomial {
    let factor = Monomial.Factor(atom: try index(of: atom), exponent: exponent)
    return try reduced(Polynomial.Term(monomial: Monomial(factors: [factor]), coefficient: .one))
  }

  /// Whether a polynomial that is not zero here has a value other than zero.
  func isIndependent(_ polynomial: Polynomial) -> Bool {
    polynomial.terms.allSatisfy { $0.monomial.factors.allSatisfy { atoms[$0.atom].isIndependent } }
  }

  // MARK: Polynomials

  func add(_ left: Polynomial, _ right: Polynomial) throws(Obstacle) -> Polynomial {
    if left.isZero { return right }
    if right.isZero { return left }
    try spend(left.terms.count + right.terms.count, left, right)
    return try checked(Polynomial(left.terms + right.terms))
  }

  func multiply(_ left: Polynomial, _ right: Polynomial) throws(Obstacle) -> Polynomial {
    if left == .one { return right }
    if right == .one { return left }
    if left.isZero || right.isZero { return .zero }
    try spend(left.terms.count * right.terms.count, left, right)
    if let factor = left.constant { return try checked(right.scaled(by: factor)) }
    if let factor = right.constant { return try checked(left.scaled(by: factor)) }
    var terms: [Polynomial.Term] = []
    var rest = Polynomial.zero
    for a in left.terms {
      for b in right.terms {
        guard let monomial = a.monomial.times(b.monomial) else { throw .tooLarge("an exponent beyond 10^9") }
        let term = Polynomial.Term(monomial: monomial, coefficient: a.coefficient * b.coefficient)
        let product = try reduced(term)
        if product.terms.count == 1 { terms.append(product.terms[0]) } else { rest = try add(rest, product) }
      }
    }
    guard terms.count <= 8 * Budget.terms else { throw .tooLarge("a product of too many terms") }
    return try add(try checked(Polynomial(terms)), rest)
  }

  func power(_ base: Polynomial, _ exponent: Int) throws(Obstacle) -> Polynomial {
    if exponent == 0 { return .one }
    if exponent == 1 { return base }
    if base.terms.count == 1, let term = base.terms.first {
      var monomial = term.monomial
      for index in monomial.factors.indices {
        let (product, overflow) = monomial.factors[index].exponent.multipliedReportingOverflow(by: exponent)
        guard !overflow, abs(product) <= Monomial.largestExponent else { throw .tooLarge("an exponent beyond 10^9") }
        monomial.factors[index].exponent = product
      }
      let coefficient = try term.coefficient.power(exponent)
      try budget.spend(coefficient.bits / 8)
      return try checked(try reduced(Polynomial.Term(monomial: monomial, coefficient: coefficient)))
    }
    // Multiplying by the base again and again touches fewer terms than squaring does.
    guard exponent <= 4_000 else { throw .tooLarge("the power \(exponent) of a sum") }
    var result = base
    for _ in 1..<exponent { result = try multiply(result, base) }
    return result
  }

  /// Replaces powers that an atom's equation makes smaller.
  private func reduced(_ term: Polynomial.Term) throws(Obstacle) -> Polynomial {
    var coefficient = term.coefficient
    var factors: [Monomial.Factor] = []
    var expansion = Polynomial.one
    var changed = false
    for factor in term.monomial.factors {
      switch relations[factor.atom] {
      case .imaginaryUnit where !(0..<2 * Monomial.unit).contains(factor.exponent):
        let turns = ((factor.exponent / Monomial.unit) % 4 + 4) % 4
        if turns >= 2 { coefficient = -coefficient }
        if turns % 2 == 1 { factors.append(.init(atom: factor.atom, exponent: Monomial.unit)) }
        changed = true
      case .prime(let value) where !(0..<Monomial.unit).contains(factor.exponent):
        let rest = ((factor.exponent % Monomial.unit) + Monomial.unit) % Monomial.unit
        coefficient = try product(coefficient, try value.power((factor.exponent - rest) / Monomial.unit))
        if rest > 0 { factors.append(.init(atom: factor.atom, exponent: rest)) }
        changed = true
      case .radical(let radicand, let index) where factor.exponent >= index * Monomial.unit:
        let count = factor.exponent / (index * Monomial.unit)
        let rest = factor.exponent - count * index * Monomial.unit
        expansion = try multiply(expansion, try power(radicand.numerator, count))
        if rest > 0 { factors.append(.init(atom: factor.atom, exponent: rest)) }
        changed = true
      case .sine(let cosine) where factor.exponent >= 2 * Monomial.unit:
        let count = factor.exponent / (2 * Monomial.unit)
        let rest = factor.exponent - 2 * count * Monomial.unit
        let square = Polynomial([
          .init(monomial: .one, coefficient: .one),
          .init(
            monomial: Monomial(factors: [.init(atom: cosine, exponent: 2 * Monomial.unit)]), coefficient: -.one),
        ])
        expansion = try multiply(expansion, try power(square, count))
        if rest > 0 { factors.append(.init(atom: factor.atom, exponent: rest)) }
        changed = true
      default: factors.append(factor)
      }
    }
    guard changed else { return Polynomial(sorted: term.coefficient.isZero ? [] : [term]) }
    let rest = Polynomial([.init(monomial: Monomial(factors: factors), coefficient: coefficient)])
    return try multiply(rest, expansion)
  }

  private func product(_ left: RationalNumber, _ right: RationalNumber) throws(Obstacle) -> RationalNumber {
    if left == .one { return right }
    try spend(1, bits: left.bits + right.bits, areWhole: left.isInteger && right.isInteger)
    return left * right
  }

  private func spend(_ products: Int, _ left: Polynomial, _ right: Polynomial) throws(Obstacle) {
    try spend(products, bits: left.bits + right.bits, areWhole: left.isWhole && right.isWhole)
  }

  private func spend(_ products: Int, bits: Int, areWhole: Bool) throws(Obstacle) {
    let words = bits / 64 + 1
    // Within a machine word, the square of the length, or to reduce a long fraction as many steps as it has bits.
    let each = words == 1 ? 30 : areWhole ? 30 + words * words * 8 : 30 + words * (80 + words * 16)
    try budget.spend(products.multipliedReportingOverflow(by: each).partialValue)
  }

  private func checked(_ polynomial: Polynomial) throws(Obstacle) -> Polynomial {
    guard polynomial.terms.count <= Budget.terms else { throw .tooLarge("more than \(Budget.terms) terms") }
    for term in polynomial.terms {
      let limit = term.coefficient.isInteger ? Budget.bits : Budget.fractionBits
      guard term.coefficient.bits <= limit || term.coefficient.numerator.magnitude == 1 else {
        throw .tooLarge("a number of more than \(limit) bits")
      }
      guard term.coefficient.bits <= Budget.bits else { throw .tooLarge("a number of more than \(Budget.bits) bits") }
    }
    return polynomial
  }
}
