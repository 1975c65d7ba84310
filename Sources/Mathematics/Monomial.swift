/// A product of powers of atoms, ordered by atom.
struct Monomial: Hashable, Sendable, Comparable {
  struct Factor: Hashable, Sendable {
    /// The place in the table of atoms.
    let atom: Int
    /// In parts of `unit`; never zero.
    var exponent: Int
  }

  /// Exponents are counted in 2520ths, so that roots up to the tenth are monomials with whole exponents.
  static let unit = 2_520
  /// The largest exponent of any atom.
  static let largestExponent = 1_000_000_000 * unit

  static let one = Monomial(factors: [])

  var factors: [Factor]

  var isOne: Bool { factors.isEmpty }

  static func < (left: Monomial, right: Monomial) -> Bool {
    for (a, b) in zip(left.factors, right.factors) where a != b {
      // Higher powers and earlier atoms come first.
      return a.atom != b.atom ? a.atom < b.atom : a.exponent > b.exponent
    }
    return left.factors.count > right.factors.count
  }

  /// The product; nil past the largest exponent.
  func times(_ other: Monomial) -> Monomial? {
    if isOne { return other }
    if other.isOne { return self }
    var product: [Factor] = []
    product.reserveCapacity(factors.count + other.factors.count)
    var (i, j) = (0, 0)
    while i < factors.count || j < other.factors.count {
      if j == other.factors.count || (i < factors.count && factors[i].atom < other.factors[j].atom) {
        product.append(factors[i])
        i += 1
      } else if i == factors.count || other.factors[j].atom < factors[i].atom {
        product.append(other.factors[j])
        j += 1
      } else {
        let exponent = factors[i].exponent + other.factors[j].exponent
        guard abs(exponent) <= Self.largestExponent else { return nil }
        if exponent != 0 { product.append(Factor(atom: factors[i].atom, exponent: exponent)) }
        i += 1
        j += 1
      }
    }
    return Monomial(factors: product)
  }
}
