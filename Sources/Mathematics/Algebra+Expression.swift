import BigInt

extension Algebra {
  /// The normal form of a single value.
  ///
  /// - Throws: `Obstacle`, also for what is no value: lists, statements, text.
  func normalForm(_ expression: Expression) throws(Obstacle) -> RationalFunction {
    try budget.spend(20)
    switch expression {
    case .number(let value), .decimal(let value, _): return RationalFunction(value)
    case .symbol(let name): return try value(of: .variable(name))
    case .constant(.pi): return try value(of: .pi)
    case .constant(.e): return try value(of: .e)
    case .constant(.i): return try value(of: .imaginaryUnit)
    case .sum(let terms):
      var result = RationalFunction.zero
      for term in terms { result = try add(result, try normalForm(term)) }
      return result
    case .product(let factors):
      var result = RationalFunction.one
      for factor in factors { result = try multiply(result, try normalForm(factor)) }
      return result
    case .quotient(let top, let bottom): return try divide(try normalForm(top), try normalForm(bottom))
    case .power(let base, let exponent): return try power(of: base, exponent)
    case .root(let radicand, let index):
      guard let index = try normalForm(index).constant?.int, (1...1_000).contains(index) else {
        throw .unreadable("a root whose index is no small number")
      }
      return try root(try normalForm(radicand), index)
    case .function(let function, let argument): return try apply(function, try normalForm(argument))
    case .logarithm(let argument, let base):
      let value = try normalForm(argument)
      if base == .constant(.e) { return try logarithm(value) }
      return try divide(try logarithm(value), try logarithm(try normalForm(base)))
    case .factorial(let argument): return try factorial(try normalForm(argument))
    case .binomial(let total, let chosen): return try binomial(try normalForm(total), try normalForm(chosen))
    case .degrees(let value):
      return try multiply(try normalForm(value), RationalFunction(try piOver180()))
    case .percent(let value):
      return try multiply(try normalForm(value), RationalFunction(RationalNumber(1, over: 100)))
    case .quantity(let value, _): return try normalForm(value)
    case .plusMinus: throw .unreadable("a value with both signs")
    case .list, .set, .brackets, .matrix, .ratio, .infinity, .union, .intersection, .difference, .reals, .relation,
      .text:
      throw .unreadable("no single value")
    }
  }

  private func piOver180() throws(Obstacle) -> Polynomial {
    try multiply(try value(of: .pi).numerator, Polynomial(RationalNumber(1, over: 180)))
  }

  private func power(of base: Expression, _ exponent: Expression) throws(Obstacle) -> RationalFunction {
    let power = try normalForm(exponent)
    let base = try normalForm(base)
    guard let constant = power.constant else { return try self.power(base, power) }
    if base.isZero, constant.isNegative || constant.isZero { throw .undefined("zero to the power \(constant)") }
    guard let count = Int(exactly: constant.numerator), let divisor = Int(exactly: constant.denominator) else {
      if base == .one { return .one }
      throw .tooLarge("an exponent of too many digits")
    }
    if divisor == 1 { return try self.power(base, count) }
    guard divisor <= 1_000 else { return try self.value(of: .power(base: base, exponent: power)) }
    return try self.power(try root(base, divisor), count)
  }

  private func apply(_ function: Expression.Function, _ argument: RationalFunction) throws(Obstacle) -> RationalFunction
  {
    switch function {
    case .sin: return try sine(argument)
    case .cos: return try cosine(argument)
    case .tan: return try divide(try sine(argument), try cosine(argument))
    case .cot: return try divide(try cosine(argument), try sine(argument))
    case .sec: return try divide(.one, try cosine(argument))
    case .csc: return try divide(.one, try sine(argument))
    case .exp: return try power(try value(of: .e), argument)
    case .arcsin, .arccos, .arctan: return try value(of: .function(function.rawValue, [argument]))
    case .abs, .floor, .ceil:
      guard let value = argument.constant else {
        // |x − y| is |y − x|.
        let negated = function == .abs && (argument.numerator.terms.first?.coefficient.isNegative ?? false)
        return try self.value(of: .function(function.rawValue, [negated ? -argument : argument]))
      }
      switch function {
      case .abs: return RationalFunction(value.magnitude)
      case .floor: return RationalFunction(RationalNumber(value.floor))
      default: return RationalFunction(-RationalNumber((-value).floor))
      }
    }
  }

  private func factorial(_ argument: RationalFunction) throws(Obstacle) -> RationalFunction {
    guard let constant = argument.constant else { return try value(of: .function("factorial", [argument])) }
    guard constant.isInteger, !constant.isNegative else { throw .undefined("a factorial of \(constant)") }
    guard let count = constant.int, count <= 3_200 else { throw .tooLarge("a factorial of too many digits") }
    return RationalFunction(RationalNumber(try product(from: 1, through: count)))
  }

  private func binomial(_ total: RationalFunction, _ chosen: RationalFunction) throws(Obstacle) -> RationalFunction {
    guard let n = total.constant, let k = chosen.constant else {
      return try value(of: .function("binomial", [total, chosen]))
    }
    guard let n = n.int, let k = k.int, n >= 0, k >= 0 else {
      throw .undefined("a binomial coefficient of no natural numbers")
    }
    guard k <= n else { return .zero }
    let fewer = min(k, n - k)
    guard n <= 1_000_000_000, fewer <= 1_500 else { throw .tooLarge("a binomial coefficient of too many digits") }
    let top = try product(from: n - fewer + 1, through: n)
    return RationalFunction(RationalNumber(top / (try product(from: 1, through: fewer))))
  }

  /// By halves, so that the factors of the long products are of one length.
  private func product(from first: Int, through last: Int) throws(Obstacle) -> BigInt {
    if last < first { return 1 }
    try budget.spend(10)
    if last - first < 8 {
      var result = BigInt(first)
      for factor in (first..<last) { result *= BigInt(factor + 1) }
      return result
    }
    let middle = (first + last) / 2
    let (low, high) = (try product(from: first, through: middle), try product(from: middle + 1, through: last))
    guard low.bitWidth + high.bitWidth <= 2 * Budget.bits else { throw .tooLarge("a product of too many digits") }
    try budget.spend(low.bitWidth / 64 * (high.bitWidth / 64) / 4)
    return low * high
  }
}
