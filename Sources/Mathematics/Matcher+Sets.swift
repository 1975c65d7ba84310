extension Matcher {
  func matchesSets(_ left: IntervalSet, _ right: IntervalSet) throws(Obstacle) -> Bool {
    guard left.intervals.count == right.intervals.count else { return differ("sets of different parts") }
    for (a, b) in zip(left.intervals, right.intervals) {
      for (x, y) in [(a.lower, b.lower), (a.upper, b.upper)] {
        guard x.isClosed == y.isClosed else { return differ("an end belongs to one set only") }
        switch (x.value, y.value) {
        case (nil, nil):
          guard x.approximation == y.approximation else { return differ("sets with different ends") }
        case (let v?, let w?):
          guard try matches(v, w) else { return false }
        default: return differ("sets with different ends")
        }
      }
    }
    return true
  }

  /// The set of real numbers that an expression describes; nil where it describes none.
  func intervalSet(_ expression: Expression) throws(Obstacle) -> IntervalSet? {
    switch expression {
    case .reals: return .reals
    case .text(let words):
      return ["allrealnumbers", "allreals", "realnumbers"].contains(TextForm.normalized(words)) ? .reals : nil
    case .brackets(let opens, let ends, let closes) where ends.count == 2:
      guard let lower = try endpoint(ends[0], isClosed: opens), let upper = try endpoint(ends[1], isClosed: closes)
      else {
        return nil
      }
      return IntervalSet(lower, upper)
    case .set(let elements):
      var set = IntervalSet(intervals: [])
      for element in elements {
        guard let point = try endpoint(element, isClosed: true), let single = IntervalSet(point, point) else {
          return nil
        }
        set = set.union(single)
      }
      return set
    case .union(let parts):
      var set = IntervalSet(intervals: [])
      for part in parts {
        guard let next = try intervalSet(part) else { return nil }
        set = set.union(next)
      }
      return set
    case .difference(let whole, let removed):
      guard var set = try intervalSet(whole), let points = try intervalSet(removed) else { return nil }
      for point in points.intervals {
        guard point.lower.isClosed, point.lower.approximation == point.upper.approximation else { return nil }
        set = set.removing(point.lower)
      }
      return set
    case .list(let parts):
      // `x < 1 or x > 3`
      guard parts.allSatisfy({ if case .relation = $0 { true } else { false } }) else { return nil }
      var subject: Expression?
      var set = IntervalSet(intervals: [])
      for part in parts {
        guard let next = try region(part), subject == nil || next.subject == subject else { return nil }
        subject = next.subject
        set = set.union(next.set)
      }
      return set
    case .relation: return try region(expression)?.set
    default: return nil
    }
  }

  /// What an inequality says about what: `x > 3`, `-1 ≤ f(x) < 2`, `x ≠ 5`, `2x + 1 < 7`.
  func region(_ statement: Expression) throws(Obstacle) -> (set: IntervalSet, subject: Expression)? {
    guard case .relation(var terms, var signs) = statement,
      signs.allSatisfy({ $0 != .equal && $0 != .approximate && $0 != .element })
    else { return nil }
    if signs.allSatisfy({ $0 == .greater || $0 == .greaterOrEqual }) {
      terms.reverse()
      signs = signs.reversed().map(\.mirrored)
    }
    switch (terms.count, signs[0]) {
    case (2, .unequal):
      let subjectFirst = terms[1].symbols.isEmpty
      guard let point = try endpoint(subjectFirst ? terms[1] : terms[0], isClosed: true) else { return nil }
      let subject = subjectFirst ? terms[0] : terms[1]
      return subject.symbols.isEmpty ? nil : (IntervalSet.reals.removing(point), subject)
    case (2, .less), (2, .lessOrEqual): return try halfLine(terms[0], terms[1], isClosed: signs[0] == .lessOrEqual)
    case (3, .less), (3, .lessOrEqual):
      guard signs[1] == .less || signs[1] == .lessOrEqual, !terms[1].symbols.isEmpty,
        let lower = try endpoint(terms[0], isClosed: signs[0] == .lessOrEqual),
        let upper = try endpoint(terms[2], isClosed: signs[1] == .lessOrEqual),
        let set = IntervalSet(lower, upper)
      else { return nil }
      return (set, terms[1])
    default: return nil
    }
  }

  private func halfLine(_ less: Expression, _ greater: Expression, isClosed: Bool) throws(Obstacle) -> (
    set: IntervalSet, subject: Expression
  )? {
    let infinite = { (sign: Double) in
      IntervalSet.Endpoint(value: nil, approximation: sign * .infinity, isClosed: false)
    }
    if case .symbol = less, let end = try endpoint(greater, isClosed: isClosed),
      let set = IntervalSet(infinite(-1), end)
    {
      return (set, less)
    }
    if case .symbol = greater, let end = try endpoint(less, isClosed: isClosed), let set = IntervalSet(end, infinite(1))
    {
      return (set, greater)
    }
    // c x + d < 0
    let names = (less.symbols + greater.symbols)
    guard let name = names.first, names.allSatisfy({ $0 == name }) else { return nil }
    let difference = try algebra.add(try algebra.normalForm(less), -(try algebra.normalForm(greater)))
    let place = try algebra.index(of: .variable(name))
    var (slope, offset) = (RationalNumber.zero, RationalNumber.zero)
    guard difference.isPolynomial else { return nil }
    for term in difference.numerator.terms {
      if term.monomial.isOne {
        offset = term.coefficient
      } else if term.monomial.factors == [.init(atom: place, exponent: Monomial.unit)] {
        slope = term.coefficient
      } else {
        return nil
      }
    }
    guard !slope.isZero, let end = try endpoint(.number(-offset / slope), isClosed: isClosed),
      let set = slope.isNegative ? IntervalSet(end, infinite(1)) : IntervalSet(infinite(-1), end)
    else { return nil }
    return (set, .symbol(name))
  }

  private func endpoint(_ expression: Expression, isClosed: Bool) throws(Obstacle) -> IntervalSet.Endpoint? {
    switch expression {
    case .infinity: return .init(value: nil, approximation: .infinity, isClosed: false)
    case .product([.integer(-1), .infinity]): return .init(value: nil, approximation: -.infinity, isClosed: false)
    default:
      guard let approximation = try approximation(expression) else { return nil }
      return .init(value: expression, approximation: approximation, isClosed: isClosed)
    }
  }

  /// The real value of a constant as a machine number; nil for anything else.
  func approximation(_ expression: Expression) throws(Obstacle) -> Double? {
    guard expression.symbols.isEmpty else { return nil }
    do {
      if let exact = try algebra.normalForm(expression).constant { return exact.approximation }
      let evaluation = NumericEvaluation(precision: Ball.precisions.coarse, names: [], point: [], budget: budget)
      guard let value = try evaluation.value(expression), value.isReal else { return nil }
      return value.real.approximation
    } catch .unreadable {
      return nil
    }
  }
}
