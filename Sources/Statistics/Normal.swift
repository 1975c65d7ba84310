#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The standard normal distribution.
public enum Normal {
  /// P(Z ≤ z).
  public static func cumulative(_ z: Double) -> Double { erfc(-z / 2.squareRoot()) / 2 }

  /// The z with P(Z ≤ z) = `probability`, which lies between 0 and 1.
  ///
  /// A rational start (Abramowitz and Stegun 26.2.22, within 0.003) and Halley's method, which reaches machine precision.
  public static func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile is of a probability between 0 and 1")
    guard probability <= 0.5 else { return -quantile(1 - probability) }
    let t = (-2 * log(probability)).squareRoot()
    var z = (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t * t) - t
    for _ in 0..<4 {
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      let step = (cumulative(z) - probability) / density
      z -= step / (1 + z * step / 2)
    }
    return z
  }
}
