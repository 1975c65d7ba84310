extension Algebra {
  /// One line; long sums are cut.
  func describe(_ value: RationalFunction) -> String {
    let top = describe(value.numerator)
    guard !value.isPolynomial else { return top }
    return "\(bracketed(top))/(\(describe(value.denominator)))"
  }

  private func bracketed(_ text: String) -> String { text.contains(" ") ? "(\(text))" : text }

  private func describe(_ polynomial: Polynomial) -> String {
    if polynomial.isZero { return "0" }
    var text = ""
    for (place, term) in polynomial.terms.enumerated() {
      guard place < 24, text.utf8.count < 400 else { return text + " + … (\(polynomial.terms.count) terms)" }
      let sign = term.coefficient.isNegative
      text += place == 0 ? (sign ? "-" : "") : (sign ? " - " : " + ")
      text += describe(term.coefficient.magnitude, term.monomial)
    }
    return text
  }

  private func describe(_ coefficient: RationalNumber, _ monomial: Monomial) -> String {
    if monomial.isOne { return coefficient.description }
    var parts = coefficient == .one ? [] : [coefficient.description]
    for factor in monomial.factors {
      let base = describe(atoms[factor.atom])
      let exponent = RationalNumber(.init(factor.exponent), over: .init(Monomial.unit))
      switch factor.exponent {
      case Monomial.unit: parts.append(base)
      case Monomial.unit / 2: parts.append("√\(base)")
      default:
        parts.append(exponent.isInteger && !exponent.isNegative ? "\(base)^\(exponent)" : "\(base)^(\(exponent))")
      }
    }
    return parts.joined(separator: "*")
  }

  private func describe(_ atom: Atom) -> String {
    switch atom {
    case .variable(let name): name
    case .pi: "π"
    case .e: "e"
    case .imaginaryUnit: "i"
    case .prime(let value): "\(value)"
    case .cofactor(let value): value.description
    case .radical(let radicand, 2): "√(\(describe(radicand)))"
    case .radical(let radicand, let index): "(\(describe(radicand)))^(1/\(index))"
    case .function(let name, let arguments): "\(name)(\(arguments.map(describe).joined(separator: ", ")))"
    case .power(let base, let exponent): "\(bracketed(describe(base)))^(\(describe(exponent)))"
    }
  }
}
