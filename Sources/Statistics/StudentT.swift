#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Student's t distribution.
public enum StudentT {
  /// P(T ≥ t) with `degreesOfFreedom` above 0.
  public static func upperTail(_ t: Double, degreesOfFreedom: Double) -> Double {
    precondition(degreesOfFreedom > 0, "a t distribution has degrees of freedom")
    guard t.isFinite else { return t > 0 ? 0 : 1 }
    let x = degreesOfFreedom / (degreesOfFreedom + t * t)
    let tails = incompleteBeta(x, degreesOfFreedom / 2, 0.5)
    return t >= 0 ? tails / 2 : 1 - tails / 2
  }

  /// The t with P(T ≤ t) = `probability`, which lies between 0 and 1.
  public static func quantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile is of a probability between 0 and 1")
    guard probability >= 0.5 else { return -quantile(1 - probability, degreesOfFreedom: degreesOfFreedom) }
    // The upper tail falls and is convex: from the left, Newton's method never oversteps. The normal quantile is to the left.
    var t = Normal.quantile(probability)
    let scale =
      exp(lgamma((degreesOfFreedom + 1) / 2) - lgamma(degreesOfFreedom / 2))
      / (degreesOfFreedom * Double.pi).squareRoot()
    for _ in 0..<100 {
      let density = scale * exp(-(degreesOfFreedom + 1) / 2 * log1p(t * t / degreesOfFreedom))
      let step = (upperTail(t, degreesOfFreedom: degreesOfFreedom) - (1 - probability)) / density
      t += step
      if abs(step) <= 1e-12 * (1 + abs(t)) { break }
    }
    return t
  }

  /// The regularised incomplete beta function I_x(a, b), by its continued fraction (Abramowitz and Stegun 26.5.8) in the
  /// form of Lentz, on the side of the mode where that converges quickly.
  static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    guard x <= (a + 1) / (a + b + 2) else { return 1 - incompleteBeta(1 - x, b, a) }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    // A denominator of 0 is replaced by the smallest number that can still be divided by.
    func nonzero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
    var c = 1.0
    var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
    var fraction = d
    for m in 1...500 {
      let m = Double(m)
      for coefficient in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 / nonzero(1 + coefficient * d)
        c = nonzero(1 + coefficient / c)
        fraction *= d * c
      }
      if abs(d * c - 1) < 1e-15 { break }
    }
    return min(1, front * fraction)
  }
}
