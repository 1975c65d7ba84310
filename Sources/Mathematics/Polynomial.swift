/// A sum of monomials with rational coefficients, in one order and without zeros: equal polynomials have equal terms.
struct Polynomial: Hashable, Sendable {
  struct Term: Hashable, Sendable {
    var monomial: Monomial
    var coefficient: RationalNumber
  }

  let terms: [Term]

  static let zero = Polynomial(sorted: [])
  static let one = Polynomial(.one)

  init(_ constant: RationalNumber) {
    terms = constant.isZero ? [] : [Term(monomial: .one, coefficient: constant)]
  }

  /// - Parameter sorted: In ascending order of monomials, each once, no coefficient zero.
  init(sorted: [Term]) { terms = sorted }

  /// Sorts and adds up.
  init(_ unsorted: [Term]) {
    if unsorted.count < 2 {
      terms = unsorted.filter { !$0.coefficient.isZero }
      return
    }
    var merged: [Term] = []
    merged.reserveCapacity(unsorted.count)
    for term in unsorted.sorted(by: { $0.monomial < $1.monomial }) {
      if let last = merged.last, last.monomial == term.monomial {
        merged[merged.count - 1].coefficient = last.coefficient + term.coefficient
      } else {
        if let last = merged.last, last.coefficient.isZero { merged.removeLast() }
        merged.append(term)
      }
    }
    if let last = merged.last, last.coefficient.isZero { merged.removeLast() }
    terms = merged
  }

  var isZero: Bool { terms.isEmpty }

  /// The value of a polynomial without atoms.
  var constant: RationalNumber? {
    if terms.isEmpty { return .zero }
    return terms.count == 1 && terms[0].monomial.isOne ? terms[0].coefficient : nil
  }

  func scaled(by factor: RationalNumber) -> Polynomial {
    if factor == .one { return self }
    if factor.isZero { return .zero }
    return Polynomial(sorted: terms.map { Term(monomial: $0.monomial, coefficient: $0.coefficient * factor) })
  }

  static prefix func - (value: Polynomial) -> Polynomial {
    Polynomial(sorted: value.terms.map { Term(monomial: $0.monomial, coefficient: -$0.coefficient) })
  }

  /// Whether all coefficients are integers.
  var isWhole: Bool { terms.allSatisfy(\.coefficient.isInteger) }

  /// The largest size of a coefficient, in bits.
  var bits: Int { terms.reduce(0) { max($0, $1.coefficient.bits) } }
}
