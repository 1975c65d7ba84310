extension Matcher {
  /// Equations up to rearrangement; a statement `x = 5` and the value 5.
  func matchesStatements(_ left: Expression, _ right: Expression) throws(Obstacle) -> Bool {
    if case .relation(let terms, [.element]) = left { return try matches(terms[1], right) }
    if case .relation(let terms, [.element]) = right { return try matches(left, terms[1]) }
    guard case .relation(let a, let signsA) = left else { return try matchesStatement(right, left, isReference: true) }
    guard case .relation(let b, let signsB) = right else {
      return try matchesStatement(left, right, isReference: false)
    }
    if signsA.contains(.approximate) || signsB.contains(.approximate) {
      // A rounded statement is compared by what it states.
      guard let first = try chain(left), let second = try chain(right), first.name == second.name else {
        return differ("a rounded statement of another name")
      }
      guard let value = first.exact.first ?? first.rounded.first else { return differ("no value") }
      return try matchesStatement(right, value, isReference: true)
    }
    if signsA == signsB, a.count == b.count {
      var same = true
      // A name in words has no value, which is no obstacle here.
      for (x, y) in zip(a, b) where same { same = (try? isIdentity(x, y)) ?? (x == y) }
      if same { return true }
    }
    if let first = try region(left), let second = try region(right) {
      guard first.subject == second.subject else { return differ("conditions on different names") }
      return try matchesSets(first.set, second.set)
    }
    guard let first = try comparisons(a, signsA), let second = try comparisons(b, signsB) else {
      return differ("other statements")
    }
    guard first.count == second.count else { return differ("statements of different length") }
    var rest = second
    for comparison in first {
      guard let partner = rest.firstIndex(where: { $0 == comparison }) else { return differ("other statements") }
      rest.remove(at: partner)
    }
    return true
  }

  /// A statement and something that is none: its value, or the set it describes.
  private func matchesStatement(_ statement: Expression, _ other: Expression, isReference: Bool) throws(Obstacle)
    -> Bool
  {
    if let region = try region(statement) {
      guard let set = try intervalSet(other) else { return differ("a condition and a value") }
      return try matchesSets(region.set, set)
    }
    guard let chain = try chain(statement) else { return differ("an equation and a value") }
    guard try isCoherent(chain) else { return differ("sides of an equals sign that differ") }
    for value in chain.exact + chain.rounded where try matches(value, other) { return true }
    if isReference {
      for value in chain.rounded where try rounds(other, to: value) { return true }
    }
    return differ("other values")
  }

  // MARK: Chains of equal values

  private struct Chain {
    let name: Expression?
    let exact: [Expression]
    let rounded: [Expression]
  }

  /// `x = 2/3 ≈ 0.67`; nil where a side that is no name has no constant value, as in `2x = y + 1`.
  private func chain(_ statement: Expression) throws(Obstacle) -> Chain? {
    guard case .relation(var terms, var signs) = statement, signs.allSatisfy({ $0 == .equal || $0 == .approximate })
    else {
      return nil
    }
    var name: Expression?
    if terms[0].isName {
      name = terms.removeFirst()
      let first = signs.removeFirst()
      if first == .approximate { return Chain(name: name, exact: [], rounded: terms) }
    } else if terms.count == 2, terms[1].isName {
      name = terms.removeLast()
      if signs == [.approximate] { return Chain(name: name, exact: [], rounded: terms) }
      signs = []
    } else if terms.contains(where: { !$0.symbols.isEmpty }) {
      return nil
    }
    let count = signs.firstIndex(of: .approximate) ?? signs.count
    // `≈ 8.24` alone is parsed with the rounded value on both sides.
    if name == nil, terms.count == 2, terms[0] == terms[1] { return Chain(name: nil, exact: [], rounded: [terms[0]]) }
    return Chain(name: name, exact: Array(terms[...count]), rounded: Array(terms[(count + 1)...]))
  }

  private func isCoherent(_ chain: Chain) throws(Obstacle) -> Bool {
    guard let first = chain.exact.first else { return true }
    for value in chain.exact.dropFirst() where !(try matches(first, value)) { return false }
    for value in chain.rounded where !(try rounds(first, to: value)) { return false }
    return true
  }

  /// Whether `value` lies within half a unit of the last digit of `rounded`.
  private func rounds(_ value: Expression, to rounded: Expression) throws(Obstacle) -> Bool {
    var rounded = rounded
    var value = value
    if case .quantity(let inner, _) = rounded { rounded = inner }
    if case .quantity(let inner, _) = value { value = inner }
    let places: Int
    switch rounded {
    case .decimal(_, let count): places = count
    case .number: places = 0
    default: return false
    }
    guard let literal = rounded.literal, let approximation = try approximation(value) else { return false }
    let half = RationalNumber(5) / (try RationalNumber(10).power(places + 1))
    if let exact = (try? algebra.normalForm(value))?.constant {  // Anything else is compared as a machine number.
      return (exact - literal).magnitude <= half
    }
    return abs(approximation - literal.approximation) <= half.approximation
  }

  // MARK: Equations and inequalities

  /// p = 0, p < 0 or p ≤ 0 (or p ≠ 0), with p up to a factor.
  private struct Condition: Equatable {
    let polynomial: Polynomial
    let sign: Expression.Sign
  }

  private func comparisons(_ terms: [Expression], _ signs: [Expression.Sign]) throws(Obstacle) -> [Condition]? {
    var result: [Condition] = []
    for (place, sign) in signs.enumerated() {
      guard let left = try valueOrNil(terms[place]), let right = try valueOrNil(terms[place + 1]) else { return nil }
      var difference = try algebra.add(left, -right)
      if !difference.isPolynomial, sign != .equal, sign != .unequal { return nil }
      if sign == .greater || sign == .greaterOrEqual { difference = -difference }
      let polynomial = cleared(difference.numerator)
      guard let lead = polynomial.terms.first?.coefficient else {
        result.append(Condition(polynomial: .zero, sign: sign))
        continue
      }
      // An equation may be multiplied by any number, an inequality by a positive one.
      let factor = sign == .equal || sign == .unequal ? lead.reciprocal : lead.magnitude.reciprocal
      let plain: Expression.Sign = sign == .greater ? .less : sign == .greaterOrEqual ? .lessOrEqual : sign
      result.append(Condition(polynomial: polynomial.scaled(by: factor), sign: plain))
    }
    return result
  }

  private func valueOrNil(_ expression: Expression) throws(Obstacle) -> RationalFunction? {
    do {
      return try algebra.normalForm(expression)
    } catch .unreadable {
      return nil
    }
  }

  /// Times the power of each atom that takes it out of the denominator: y = 1/x is xy = 1.
  private func cleared(_ polynomial: Polynomial) -> Polynomial {
    var lowest: [Monomial.Factor] = []
    for factor in polynomial.terms.flatMap(\.monomial.factors) where factor.exponent < 0 {
      if let known = lowest.firstIndex(where: { $0.atom == factor.atom }) {
        lowest[known].exponent = max(lowest[known].exponent, -factor.exponent)
      } else {
        lowest.append(.init(atom: factor.atom, exponent: -factor.exponent))
      }
    }
    if lowest.isEmpty { return polynomial }
    let shift = Monomial(factors: lowest.sorted { $0.atom < $1.atom })
    let terms = polynomial.terms.map { term in
      Polynomial.Term(monomial: term.monomial.times(shift) ?? term.monomial, coefficient: term.coefficient)
    }
    return Polynomial(terms)
  }
}

extension Expression {
  /// What a value is given to: x, f(x), AB, `Area`.
  var isName: Bool {
    switch self {
    case .symbol, .text: true
    case .product(let parts):
      if case .symbol(let first)? = parts.first, parts.count == 2,
        ["f", "g", "h", "p", "q", "F", "G", "P", "Q"].contains(first)
      {
        true
      } else {
        parts.allSatisfy { part in
          guard case .symbol(let name) = part else { return false }
          return name.utf8.count > 1 || name.first?.isUppercase == true
        }
      }
    default: false
    }
  }
}

extension RationalNumber {
  /// The nearest machine number, or nearly.
  var approximation: Double { Ball(self, precision: 128 + denominator.bitWidth).approximation }
}
