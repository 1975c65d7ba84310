import Randomness

/// Whether two values are one: by normal forms, else at random points.
struct Identity {
  enum Finding {
    case equal(Comparison.Method)
    case different
    case undecided(String)
  }

  let algebra: Algebra
  /// The work of all evaluations in a comparison, of which each decision has a part.
  let evaluations: Budget

  /// Points have 60 random bits a coordinate; the chance that two different values agree at one is taken to be below this.
  static let chanceOfAgreement = 0x1p-50

  /// The work that the evaluations of one decision may take, beside that of the normal forms.
  private static let share = 400_000

  func decide(_ left: Expression, _ right: Expression) throws(Obstacle) -> Finding {
    do {
      let (a, b) = (try algebra.normalForm(left), try algebra.normalForm(right))
      if a == b { return .equal(.exact) }
      let difference = try algebra.add(
        try algebra.multiply(a.numerator, b.denominator), -(try algebra.multiply(b.numerator, a.denominator)))
      if difference.isZero { return .equal(.exact) }
      if algebra.isIndependent(difference) { return .different }
    } catch .tooLarge {
      // The budget may be used up: evaluation has one of its own.
      if let finding = modular(left, right, Budget(Self.share, of: evaluations)) { return finding }
    }
    return try numeric(left, right, Budget(Self.share, of: evaluations))
  }

  // MARK: Random points

  /// nil where the values are no rational functions.
  private func modular(_ left: Expression, _ right: Expression, _ budget: Budget) -> Finding? {
    let names = (left.symbols + right.symbols).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    var stream = RandomStream(seed: 1, "mathematics", "modular")
    var probability = 1.0
    for _ in 0..<2 {
      let evaluation = ModularEvaluation(
        names: names, point: names.map { _ in PrimeField(stream.next()) }, pi: PrimeField(stream.next()),
        e: PrimeField(stream.next()), budget: budget)
      let values: (ModularEvaluation.Value, ModularEvaluation.Value)
      do {
        guard let a = try evaluation.value(left), let b = try evaluation.value(right) else { return nil }
        values = (a, b)
      } catch { return nil }
      if values.0.residue != values.1.residue { return .different }
      // A polynomial of degree d vanishes at a share of at most d/p of the points (Schwartz 1980, Zippel 1979).
      probability *= (values.0.degree + values.1.degree + 1) / Double(PrimeField.modulus)
    }
    return probability < Self.chanceOfAgreement ? .equal(.numeric(errorProbability: probability)) : nil
  }

  private func numeric(_ left: Expression, _ right: Expression, _ budget: Budget) throws(Obstacle) -> Finding {
    let names = (left.symbols + right.symbols).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let isComplex = [left, right].contains { $0.contains { $0 == .constant(.i) } }
    var stream = RandomStream(seed: 1, "mathematics", "numeric")
    var agreements = 0
    if names.isEmpty { return try constants(left, right, budget) }
    for trial in 0..<12 {
      let draws = names.map { _ in (stream.next(), stream.next()) }
      var agrees = false
      for precision in [Ball.precisions.coarse, Ball.precisions.fine] {
        let evaluation = NumericEvaluation(
          precision: precision, names: names,
          point: draws.map { Self.coordinate($0.0, $0.1, trial: trial, precision: precision) }, budget: budget)
        guard let a = try evaluation.value(left), let b = try evaluation.value(right) else { continue }
        // Over the reals a value counts only where both sides are real.
        if !isComplex, !(a.isReal && b.isReal) { break }
        let difference = a - b
        if !difference.containsZero { return .different }
        agrees = precision == Ball.precisions.fine && Self.isTight(difference, a)
      }
      if agrees { agreements += 1 }
      if agreements == 3 { break }
    }
    guard agreements >= 2 else { return .undecided("too few points where both sides have a value") }
    return .equal(.numeric(errorProbability: Self.chanceOfAgreement))
  }

  /// Two numbers, at a precision that grows with their size: (N² + 1)^½ and N differ by 1/2N.
  private func constants(_ left: Expression, _ right: Expression, _ budget: Budget) throws(Obstacle) -> Finding {
    var precision = Ball.precisions.coarse
    for _ in 0..<2 {
      let evaluation = NumericEvaluation(precision: precision, names: [], point: [], budget: budget)
      guard let a = try evaluation.value(left), let b = try evaluation.value(right) else {
        return .undecided("a value that could not be computed")
      }
      let difference = a - b
      if !difference.containsZero { return .different }
      if difference.isExactlyZero { return .equal(.exact) }
      if precision > Ball.precisions.coarse {
        guard Self.isTight(difference, a) else { break }
        return .equal(.numeric(errorProbability: Self.chanceOfAgreement))
      }
      let size = max(a.real.middle.bitWidth, a.imaginary.middle.bitWidth) - precision
      precision = 640 + 12 * max(0, size)
    }
    return .undecided("two numbers that could not be told apart")
  }

  /// A difference known far more finely than the values are large; of values too near zero nothing is known.
  private static func isTight(_ difference: ComplexBall, _ value: ComplexBall) -> Bool {
    let spread = max(difference.real.radius, difference.imaginary.radius).bitWidth
    let size = max(value.real.middle.bitWidth, value.imaginary.middle.bitWidth)
    return spread + 192 < size
  }

  /// A point between −3 and 3, or between 0 and 1 or 8 in later trials; positive in every other trial.
  private static func coordinate(_ bits: UInt64, _ sign: UInt64, trial: Int, precision: Int) -> Ball {
    let scale = [3, 3, 1, 8][trial % 4]
    let middle = Ball(.init(bits >> 4) << (precision - 60), radius: 0, precision: precision)
    let point = middle * Ball(scale, precision: precision)
    let exact = Ball(point.middle, radius: 0, precision: precision)
    return trial % 2 == 1 && sign & 1 == 1 ? -exact : exact
  }
}
