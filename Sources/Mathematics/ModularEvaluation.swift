/// The value of a rational function at one point of a prime field: decides identities too large to write out.
///
/// π and e stand for unknowns, as no rational function that is not zero vanishes there.
struct ModularEvaluation {
  let names: [String]
  let point: [PrimeField]
  let pi: PrimeField
  let e: PrimeField
  let budget: Budget

  /// A value, and the degree of the polynomials above and below the line that led to it.
  struct Value {
    let residue: PrimeField
    let degree: Double
  }

  /// nil where a denominator vanishes. - Throws: where the expression is no rational function.
  func value(_ expression: Expression) throws(Obstacle) -> Value? {
    try budget.spend(20)
    switch expression {
    case .number(let value), .decimal(let value, _): return Value(residue: PrimeField(value), degree: 0)
    case .symbol(let name):
      guard let place = names.firstIndex(of: name) else { return nil }
      return Value(residue: point[place], degree: 1)
    case .constant(.pi): return Value(residue: pi, degree: 1)
    case .constant(.e): return Value(residue: e, degree: 1)
    case .constant(.i): return Value(residue: .imaginaryUnit, degree: 0)
    case .sum(let terms):
      var (sum, degree) = (PrimeField.zero, 0.0)
      for term in terms {
        guard let value = try value(term) else { return nil }
        sum = sum + value.residue
        degree += value.degree
      }
      return Value(residue: sum, degree: degree)
    case .product(let factors):
      var (product, degree) = (PrimeField.one, 0.0)
      for factor in factors {
        guard let value = try value(factor) else { return nil }
        product = product * value.residue
        degree += value.degree
      }
      return Value(residue: product, degree: degree)
    case .quotient(let top, let bottom):
      guard let top = try value(top), let bottom = try value(bottom), bottom.residue != .zero else { return nil }
      return Value(residue: top.residue * bottom.residue.inverse, degree: top.degree + bottom.degree)
    case .power(let base, let exponent):
      guard let base = try value(base) else { return nil }
      guard let count = try Algebra(budget: budget).normalForm(exponent).constant?.int else {
        throw .tooLarge("an exponent of too many digits")
      }
      try budget.spend(200)
      guard count >= 0 || base.residue != .zero else { return nil }
      let residue = (count < 0 ? base.residue.inverse : base.residue).power(UInt64(count.magnitude))
      return Value(residue: residue, degree: base.degree * Double(count.magnitude))
    case .percent(let value):
      return try self.value(.quotient(value, .integer(100)))
    case .quantity(let value, _): return try self.value(value)
    case .factorial, .binomial:
      guard let exact = try Algebra(budget: budget).normalForm(expression).constant else {
        throw .unreadable("a factorial of no number")
      }
      return Value(residue: PrimeField(exact), degree: 0)
    default: throw .unreadable("no rational function")
    }
  }
}
