extension Expression {
  /// The parts one level down, in order.
  var children: [Expression] {
    switch self {
    case .number, .decimal, .symbol, .constant, .infinity, .reals, .text: []
    case .sum(let parts), .product(let parts), .list(let parts), .set(let parts), .ratio(let parts),
      .union(let parts), .intersection(let parts), .brackets(_, let parts, _), .relation(let parts, _):
      parts
    case .quotient(let a, let b), .power(let a, let b), .root(let a, let b), .logarithm(let a, let b),
      .binomial(let a, let b), .difference(let a, let b):
      [a, b]
    case .function(_, let a), .factorial(let a), .plusMinus(let a, _), .degrees(let a), .percent(let a),
      .quantity(let a, _):
      [a]
    case .matrix(let rows): rows.flatMap { $0 }
    }
  }

  /// The same with other parts, as many as `children`.
  func replacingChildren(_ parts: [Expression]) -> Expression {
    switch self {
    case .number, .decimal, .symbol, .constant, .infinity, .reals, .text: self
    case .sum: .sum(parts)
    case .product: .product(parts)
    case .list: .list(parts)
    case .set: .set(parts)
    case .ratio: .ratio(parts)
    case .union: .union(parts)
    case .intersection: .intersection(parts)
    case .brackets(let opens, _, let closes): .brackets(opensClosed: opens, parts, closesClosed: closes)
    case .relation(_, let signs): .relation(parts, signs)
    case .quotient: .quotient(parts[0], parts[1])
    case .power: .power(parts[0], parts[1])
    case .root: .root(parts[0], index: parts[1])
    case .logarithm: .logarithm(parts[0], base: parts[1])
    case .binomial: .binomial(parts[0], parts[1])
    case .difference: .difference(parts[0], parts[1])
    case .function(let function, _): .function(function, parts[0])
    case .factorial: .factorial(parts[0])
    case .plusMinus(_, let opposed): .plusMinus(parts[0], opposed: opposed)
    case .degrees: .degrees(parts[0])
    case .percent: .percent(parts[0])
    case .quantity(_, let unit): .quantity(parts[0], unit: unit)
    case .matrix(let rows):
      .matrix(rows.indices.map { row in Array(parts[(row * rows[0].count)..<((row + 1) * rows[0].count)]) })
    }
  }

  func contains(where predicate: (Expression) -> Bool) -> Bool {
    predicate(self) || children.contains { $0.contains(where: predicate) }
  }

  /// Names in order of appearance, each once.
  var symbols: [String] {
    var names: [String] = []
    collectSymbols(into: &names)
    return names
  }

  private func collectSymbols(into names: inout [String]) {
    if case .symbol(let name) = self {
      if !names.contains(name) { names.append(name) }
    } else {
      for child in children { child.collectSymbols(into: &names) }
    }
  }
}
