#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Binomial probabilities, through logarithms so that large counts neither overflow nor vanish.
public enum Binomial {
  /// ln C(n, k); −∞ where k is outside 0 … n.
  public static func logCoefficient(_ n: Int, _ k: Int) -> Double {
    guard k >= 0, k <= n else { return -.infinity }
    return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
  }

  /// P(X = k) for X ~ Binomial(n, p).
  public static func probability(_ k: Int, of n: Int, p: Double) -> Double {
    guard k >= 0, k <= n else { return 0 }
    // 0 · ln 0 is 0 here: an event of probability 0 that need not happen.
    let successes = k == 0 ? 0 : Double(k) * log(p)
    let failures = k == n ? 0 : Double(n - k) * log1p(-p)
    return exp(logCoefficient(n, k) + successes + failures)
  }

  /// P(X ≤ k) for X ~ Binomial(n, p).
  public static func cumulative(_ k: Int, of n: Int, p: Double) -> Double {
    guard k >= 0 else { return 0 }
    guard k < n else { return 1 }
    return min(1, probabilities(upTo: k, of: n, p: p).reduce(0, +))
  }

  /// P(X = 0), …, P(X = last) for X ~ Binomial(n, p); 0 past n.
  static func probabilities(upTo last: Int, of n: Int, p: Double) -> [Double] {
    guard p > 0, p < 1 else { return (0...last).map { probability($0, of: n, p: p) } }
    let success = log(p)
    let failure = log1p(-p)
    return (0...last).map { k in
      k > n ? 0 : exp(logCoefficient(n, k) + Double(k) * success + Double(n - k) * failure)
    }
  }

  private static func logFactorial(_ n: Int) -> Double {
    n < logFactorials.count ? logFactorials[n] : lgamma(Double(n) + 1)
  }

  /// The audit asks for the same few again and again.
  private static let logFactorials: [Double] = (0...1_024).map { lgamma(Double($0) + 1) }
}

func pow(_ base: Double, _ exponent: Double) -> Double {
  #if canImport(Glibc)
    Glibc.pow(base, exponent)
  #elseif canImport(Musl)
    Musl.pow(base, exponent)
  #else
    Darwin.pow(base, exponent)
  #endif
}
