import BigInt

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Ball {
  static func one(_ precision: Int) -> Ball { Ball(1, precision: precision) }

  /// What a term may be, its error with it, where a series ends. The errors alone are a few units and do not get smaller.
  private static let lastTerm = BigInt(16)

  /// The precisions of evaluation, in bits: the first tells most values apart, the second shows that two agree.
  static let precisions = (coarse: 128, fine: 320)
  private static let coarsePi = machinPi(precision: precisions.coarse)
  private static let finePi = machinPi(precision: precisions.fine)

  static func pi(precision: Int) -> Ball {
    switch precision {
    case precisions.coarse: coarsePi
    case precisions.fine: finePi
    default: machinPi(precision: precision)
    }
  }

  /// π = 16 arctan(1/5) − 4 arctan(1/239) (Machin, 1706).
  private static func machinPi(precision: Int) -> Ball {
    let fifth = Ball(RationalNumber(1, over: 5), precision: precision)
    let small = Ball(RationalNumber(1, over: 239), precision: precision)
    let sixteen = Ball(16, precision: precision)
    return sixteen * fifth.arctangentSeries - Ball(4, precision: precision) * small.arctangentSeries
  }

  /// e^x; nil where it may be beyond the largest magnitude.
  package var exponential: Ball? {
    guard reach.bitWidth <= precision + 12, (reach >> precision) < 1_000 else { return nil }
    // e^x = (e^(x/2^k))^(2^k), with the argument and its error below 2^−8: each squaring doubles the digits of an error.
    let halvings = max(0, reach.bitWidth - precision) + 8
    let argument = halved(halvings)
    var term = Ball.one(precision)
    var sum = term
    var count = 1
    while term.reach > Self.lastTerm, count < 4 * precision {
      term = (term * argument).divided(by: count)
      sum = sum + term
      count += 1
    }
    // The rest is below the last term, as each is below half of the one before it.
    sum = Ball(sum.middle, radius: sum.radius + term.reach, precision: precision)
    for _ in 0..<halvings { sum = sum * sum }
    return sum
  }

  /// The natural logarithm; nil for what may be zero or negative.
  package var logarithm: Ball? {
    // x = m · 2^k for m in 1 … 2.
    let exponent = middle.bitWidth - precision - 2
    let rounded = exponent > 0 ? (radius >> exponent) + 2 : radius << -exponent
    guard isPositive, let part = Ball(middle >> exponent, radius: rounded, precision: precision).logarithmOfOneToTwo,
      let two = Ball.logarithmOfTwo(precision: precision)
    else { return nil }
    return part + two * Ball(exponent, precision: precision)
  }

  private static let coarseLogarithmOfTwo = Ball(2, precision: precisions.coarse).logarithmOfOneToTwo
  private static let fineLogarithmOfTwo = Ball(2, precision: precisions.fine).logarithmOfOneToTwo

  private static func logarithmOfTwo(precision: Int) -> Ball? {
    switch precision {
    case precisions.coarse: coarseLogarithmOfTwo
    case precisions.fine: fineLogarithmOfTwo
    default: Ball(2, precision: precision).logarithmOfOneToTwo
    }
  }

  /// With a first guess y, ln x = y + ln(1 + δ), δ = x e^(−y) − 1; three times as many digits are right after each step.
  private var logarithmOfOneToTwo: Ball? {
    guard isPositive else { return nil }
    var y = Ball(BigInt(log(approximation) * 0x1p40) << (precision - 40), radius: 0, precision: precision)
    let point = Ball(middle, radius: 0, precision: precision)
    for _ in 0..<12 {
      guard let inverse = (-y).exponential else { return nil }
      let delta = point * inverse - .one(precision)
      let square = delta * delta
      let correction = delta - square.halved(1)
      y = Ball((y + correction).middle, radius: 0, precision: precision)
      guard delta.magnitude.middle.bitWidth < precision / 2 - 8 else { continue }
      // What is left is of the order δ³; the argument's own error adds at most r/(x − r).
      let lowest = Ball(middle - radius, radius: 0, precision: precision)
      guard let spread = Ball(radius, radius: 0, precision: precision).divided(by: lowest) else { return nil }
      return Ball(y.middle, radius: delta.radius * 4 + square.reach + spread.reach + 8, precision: precision)
    }
    return nil
  }

  /// Sine and cosine; nil for arguments beyond 2^64.
  package var sineAndCosine: (sine: Ball, cosine: Ball)? {
    guard middle.magnitude.bitWidth <= precision + 64 else { return nil }
    let one = Ball.one(precision).middle
    guard radius < one else {
      // Of so large an error the series would gather digits only.
      let any = Ball(0, radius: one, precision: precision)
      return (any, any)
    }
    let turn = Ball.pi(precision: precision) * Ball(2, precision: precision)
    let turns = (middle * 2 + turn.middle) / (turn.middle * 2)
    let rest = self - turn * Ball(turns << precision, radius: 0, precision: precision)
    let square = rest * rest
    var (sine, cosine) = (rest, Ball.one(precision))
    var (odd, even) = (rest, Ball.one(precision))
    var count = 1
    while max(even.reach, odd.reach) > Self.lastTerm, count < 4 * precision {
      even = -(even * square).divided(by: (2 * count - 1) * (2 * count))
      odd = -(odd * square).divided(by: (2 * count) * (2 * count + 1))
      cosine = cosine + even
      sine = sine + odd
      count += 1
    }
    // By then each term is below half of the one before it, and the rest below the last.
    return (
      Ball(sine.middle, radius: sine.radius + odd.reach, precision: precision),
      Ball(cosine.middle, radius: cosine.radius + even.reach, precision: precision)
    )
  }

  /// In −π/2 … π/2: arctan x = 2 arctan(x / (1 + √(1 + x²))), three times, then the series.
  package var arctangent: Ball? {
    var value = self
    for _ in 0..<3 {
      guard let root = (Ball.one(precision) + value * value).squareRoot,
        let half = value.divided(by: Ball.one(precision) + root)
      else { return nil }
      value = half
    }
    guard value.reach < Ball.one(precision).middle >> 1 else {
      return Ball(0, radius: BigInt(2) << precision, precision: precision)
    }
    return value.arctangentSeries * Ball(8, precision: precision)
  }

  /// x − x³/3 + x⁵/5 − …, for |x| below one half.
  private var arctangentSeries: Ball {
    let square = self * self
    var power = self
    var sum = self
    var count = 1
    while power.reach > Self.lastTerm, count < 4 * precision {
      power = -(power * square)
      sum = sum + power.divided(by: 2 * count + 1)
      count += 1
    }
    return Ball(sum.middle, radius: sum.radius + power.reach, precision: precision)
  }
}
