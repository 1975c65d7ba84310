import BigInt

/// The value of an expression at one point, in ball arithmetic.
struct NumericEvaluation {
  let precision: Int
  let names: [String]
  let point: [Ball]
  let budget: Budget

  private func pi() throws(Obstacle) -> Ball {
    if precision > Ball.precisions.fine { try spend(series: 2) }
    return Ball.pi(precision: precision)
  }

  /// A product takes the square of the precision, and a series has a number of terms that grows with it.
  private func spend(products count: Int) throws(Obstacle) {
    try budget.spend(count * (20 + precision / 8 + precision * precision / 40_000))
  }

  private func spend(series count: Int) throws(Obstacle) {
    try budget.spend(count * (precision * 10 + precision * precision / 200))
  }

  /// nil where the expression has no value at this point, or none that can be told from none.
  func value(_ expression: Expression) throws(Obstacle) -> ComplexBall? {
    try spend(products: 1)
    guard let value = try compute(expression) else { return nil }
    guard value.bitWidth <= precision + Ball.largestBits else {
      throw .tooLarge("a value of too many digits")
    }
    return value
  }

  private func compute(_ expression: Expression) throws(Obstacle) -> ComplexBall? {
    switch expression {
    case .number(let value), .decimal(let value, _): return ComplexBall(Ball(value, precision: precision))
    case .symbol(let name):
      guard let place = names.firstIndex(of: name) else { return nil }
      return ComplexBall(point[place])
    case .constant(.pi): return ComplexBall(try pi())
    case .constant(.e):
      try spend(series: 1)
      return ComplexBall.one(precision).exponential
    case .constant(.i): return ComplexBall(Ball(0, precision: precision), .one(precision))
    case .sum(let terms):
      var sum = ComplexBall(Ball(0, precision: precision))
      for term in terms {
        guard let value = try value(term) else { return nil }
        sum = sum + value
      }
      return sum
    case .product(let factors):
      var product = ComplexBall.one(precision)
      for factor in factors {
        guard let value = try value(factor) else { return nil }
        product = product * value
      }
      return product
    case .quotient(let top, let bottom):
      guard let top = try value(top), let bottom = try value(bottom) else { return nil }
      return top.divided(by: bottom)
    case .power(let base, let exponent):
      guard let base = try value(base) else { return nil }
      let constant = exponent.symbols.isEmpty ? try exact(exponent) : nil
      if let constant { return try power(base, constant) }
      guard let exponent = try value(exponent) else { return nil }
      return try power(base, exponent)
    case .root(let radicand, let index):
      guard let radicand = try value(radicand), let index = try exact(index), !index.isZero else { return nil }
      return try power(radicand, index.reciprocal)
    case .logarithm(let argument, let base):
      guard let argument = try value(argument), let base = try value(base) else { return nil }
      try spend(series: 4)
      guard let top = argument.logarithm, let bottom = base.logarithm else { return nil }
      return top.divided(by: bottom)
    case .function(let function, let argument):
      guard let argument = try value(argument) else { return nil }
      return try apply(function, argument)
    case .degrees(let value):
      guard let value = try self.value(value) else { return nil }
      return value * ComplexBall(try pi().divided(by: 180))
    case .percent(let value):
      guard let value = try self.value(value) else { return nil }
      return value * ComplexBall(Ball(RationalNumber(1, over: 100), precision: precision))
    case .quantity(let value, _): return try self.value(value)
    case .factorial, .binomial:
      guard let exact = try exact(expression) else { throw .unreadable("a factorial of no number") }
      return ComplexBall(Ball(exact, precision: precision))
    default: throw .unreadable("no single value")
    }
  }

  /// The rational value of a constant expression; nil for any other.
  private func exact(_ expression: Expression) throws(Obstacle) -> RationalNumber? {
    if let literal = expression.literal { return literal }
    return try Algebra(budget: budget).normalForm(expression).constant
  }

  private func power(_ base: ComplexBall, _ exponent: RationalNumber) throws(Obstacle) -> ComplexBall? {
    if let count = exponent.int {
      guard abs(count) <= 100_000 else { throw .tooLarge("a power of too many digits") }
      var result = ComplexBall.one(precision)
      var square = base
      var rest = count.magnitude
      while rest > 0 {
        if rest & 1 == 1 { result = result * square }
        rest >>= 1
        guard square.bitWidth <= precision + Ball.largestBits else {
          throw .tooLarge("a value of too many digits")
        }
        if rest > 0 { square = square * square }
        try spend(products: 2)
      }
      return count < 0 ? ComplexBall.one(precision).divided(by: result) : result
    }
    if exponent == RationalNumber(1, over: 2) {
      if base.isReal { try spend(products: 40) } else { try spend(series: 3) }
      return base.squareRoot
    }
    if base.isExactlyZero { return exponent.isNegative ? nil : base }
    let size = ComplexBall(Ball(exponent.magnitude, precision: precision))
    let root: ComplexBall?
    if base.isReal, base.real.isNegative, exponent.denominator % 2 == 1 {
      // An odd root of a negative number is the real one.
      root = try power(-base, size).map { exponent.numerator % 2 == 0 ? $0 : -$0 }
    } else {
      root = try power(base, size)
    }
    return exponent.isNegative ? root.flatMap { ComplexBall.one(precision).divided(by: $0) } : root
  }

  private func power(_ base: ComplexBall, _ exponent: ComplexBall) throws(Obstacle) -> ComplexBall? {
    try spend(series: 3)
    return base.logarithm.flatMap { ($0 * exponent).exponential }
  }

  private func apply(_ function: Expression.Function, _ argument: ComplexBall) throws(Obstacle) -> ComplexBall? {
    // Those that are no exponential take π, too, which is at hand for the precisions of points.
    try spend(series: function == .exp || precision <= Ball.precisions.fine ? 1 : 2)
    if function == .exp { return argument.exponential }
    guard argument.isReal else {
      guard function == .abs else { throw .unreadable("\(function.rawValue) of a complex number") }
      return (argument.real * argument.real + argument.imaginary * argument.imaginary).squareRoot.map {
        ComplexBall($0)
      }
    }
    guard let value = try apply(function, argument.real) else { return nil }
    return ComplexBall(value)
  }

  private func apply(_ function: Expression.Function, _ argument: Ball) throws(Obstacle) -> Ball? {
    let one = Ball.one(precision)
    switch function {
    case .sin: return argument.sineAndCosine?.sine
    case .cos: return argument.sineAndCosine?.cosine
    case .tan: return argument.sineAndCosine.flatMap { $0.sine.divided(by: $0.cosine) }
    case .cot: return argument.sineAndCosine.flatMap { $0.cosine.divided(by: $0.sine) }
    case .sec: return argument.sineAndCosine.flatMap { one.divided(by: $0.cosine) }
    case .csc: return argument.sineAndCosine.flatMap { one.divided(by: $0.sine) }
    case .arctan: return argument.arctangent
    case .arcsin: return arcsine(argument)
    case .arccos:
      let quarterTurn = try pi().halved(1)
      return arcsine(argument).map { quarterTurn - $0 }
    case .exp: return argument.exponential
    case .abs: return argument.magnitude
    case .floor: return floor(argument)
    case .ceil: return floor(-argument).map { -$0 }
    }
  }

  private func floor(_ argument: Ball) -> Ball? {
    func whole(_ end: BigInt) -> BigInt {
      // A shift rounds towards zero.
      end.sign == .plus ? end >> precision : -(((BigInt(1) << precision) - 1 - end) >> precision)
    }
    let low = whole(argument.middle - argument.radius)
    guard low == whole(argument.middle + argument.radius) else { return nil }
    return Ball(low << precision, radius: 0, precision: precision)
  }

  /// arcsin x = 2 arctan(x / (1 + √(1 − x²)))
  private func arcsine(_ argument: Ball) -> Ball? {
    let one = Ball.one(precision)
    guard let root = (one - argument * argument).squareRoot, let half = argument.divided(by: one + root)?.arctangent
    else {
      return nil
    }
    return half * Ball(2, precision: precision)
  }
}

extension ComplexBall {
  static func one(_ precision: Int) -> ComplexBall { ComplexBall(Ball.one(precision)) }
}
