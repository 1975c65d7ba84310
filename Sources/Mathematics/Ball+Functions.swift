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
  var exponential: Ball? {
    let reach = middle.magnitude + radius.magnitude
    guard reach.bitWidth <= precision + 12, (reach >> precision) < 1_000 else { return nil }
    // e^x = (e^(x/2^k))^(2^k), with the argument and its error below 2^−8: each squaring doubles the digits of an error.
    let halvings = max(0, reach.bitWidth - precision) + 8
    let argument = halved(halvings)
    var term = Ball.one(precision)
    var sum = term
    var count = 1
    while term.middle.magnitude > 0, count < 4 * precision {
      term = (term * argument).divided(by: count)
      sum = sum + term
      count += 1
    }
    // The tail is below twice its first term, which is below one unit.
    sum = Ball(sum.middle, radius: sum.radius + 2, precision: precision)
    for _ in 0..<halvings { sum = sum * sum }
    return sum
  }

  /// Whether the error is so large that a bounded function may take about every value; its series would only gather digits.
  private var isVague: Bool { radius.magnitude.bitWidth > precision + 2 }

  /// The natural logarithm; nil for what may be zero or negative.
  ///
  /// With a first guess y, ln x = y + ln(1 + δ), δ = x e^(−y) − 1; three times as many digits are right after each step.
  var logarithm: Ball? {
    guard isPositive else { return nil }
    let width = middle.bitWidth
    let leading = Double(width > 64 ? middle >> (width - 64) : middle)
    let guess = log(leading) + Double((width > 64 ? width - 64 : 0) - precision) * log(2.0)
    var y = Ball(BigInt(guess * 0x1p40) << (precision - 40), radius: 0, precision: precision)
    let point = Ball(middle, radius: 0, precision: precision)
    for _ in 0..<12 {
      guard let inverse = (-y).exponential else { return nil }
      let delta = point * inverse - .one(precision)
      let square = delta * delta
      let correction = delta - square.halved(1)
      y = Ball((y + correction).middle, radius: 0, precision: precision)
      guard delta.magnitude.middle.bitWidth < precision / 2 - 8 else { continue }
      // What is left is of the order δ³; the argument's own error adds r/x.
      guard let spread = Ball(radius, radius: 0, precision: precision).divided(by: point) else { return nil }
      let rounding = delta.radius * 4 + square.middle.magnitude.signed + spread.middle * 2 + spread.radius + 8
      return Ball(y.middle, radius: rounding, precision: precision)
    }
    return nil
  }

  /// Sine and cosine; nil for arguments beyond 2^64.
  var sineAndCosine: (sine: Ball, cosine: Ball)? {
    guard middle.magnitude.bitWidth <= precision + 64 else { return nil }
    let one = Ball.one(precision).middle
    guard !isVague else {
      return (Ball(0, radius: one, precision: precision), Ball(0, radius: one, precision: precision))
    }
    let turn = Ball.pi(precision: precision) * Ball(2, precision: precision)
    let turns = (middle * 2 + turn.middle) / (turn.middle * 2)
    let rest = self - turn * Ball(turns << precision, radius: 0, precision: precision)
    let square = rest * rest
    var (sine, cosine) = (rest, Ball.one(precision))
    var (odd, even) = (rest, Ball.one(precision))
    var count = 1
    while count < 4 * precision {
      even = -(even * square).divided(by: (2 * count - 1) * (2 * count))
      odd = -(odd * square).divided(by: (2 * count) * (2 * count + 1))
      cosine = cosine + even
      sine = sine + odd
      count += 1
      // The terms' own errors keep the last of them at one unit.
      if even.middle.magnitude <= 1, odd.middle.magnitude <= 1 { break }
    }
    return (
      Ball(sine.middle, radius: sine.radius + 4, precision: precision),
      Ball(cosine.middle, radius: cosine.radius + 4, precision: precision)
    )
  }

  /// In −π/2 … π/2: arctan x = 2 arctan(x / (1 + √(1 + x²))), three times, then the series.
  var arctangent: Ball? {
    guard !isVague else { return Ball(0, radius: BigInt(2) << precision, precision: precision) }
    var value = self
    for _ in 0..<3 {
      guard let root = (Ball.one(precision) + value * value).squareRoot,
        let half = value.divided(by: Ball.one(precision) + root)
      else { return nil }
      value = half
    }
    return value.arctangentSeries * Ball(8, precision: precision)
  }

  /// x − x³/3 + x⁵/5 − …, for |x| below one half.
  private var arctangentSeries: Ball {
    let square = self * self
    var power = self
    var sum = self
    var count = 1
    while power.middle.magnitude > 1, count < 4 * precision {
      power = -(power * square)
      sum = sum + power.divided(by: 2 * count + 1)
      count += 1
    }
    return Ball(sum.middle, radius: sum.radius + 4, precision: precision)
  }
}

extension BigUInt {
  fileprivate var signed: BigInt { BigInt(self) }
}
