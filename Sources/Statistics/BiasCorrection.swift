/// The two quantiles of a resampling distribution that bound a BCa interval (Efron 1987, equation 2.3).
///
/// With z₀ the normal quantile of the share of resamples below the estimate (ties count half) and a the acceleration, the
/// end at the normal quantile z is taken at Φ(z₀ + (z₀ + z) / (1 − a (z₀ + z))).
///
/// With degrees of freedom n − 1, z is replaced by t √(n / (n − 1)), t the quantile of Student's distribution (Hesterberg, "What
/// teachers should know about the bootstrap", 2015, section 4.4): resamples of n units spread too little by √((n − 1) / n), and
/// their own spread is itself an estimate.
///
/// They are the plain percentiles, Φ(z), where that is not defined or not usable:
/// - no acceleration: the jackknife shows no spread, or leaves the statistic undefined somewhere;
/// - z₀ is as far out as the interval's own ends: the estimate lies in a tail of its resamples, or outside of them;
/// - the denominator is not positive at one of the ends.
package struct BiasCorrection: Sendable {
  package let low: Double
  package let high: Double

  package init(confidence: Double, shareBelow: Double, acceleration: Double?, degreesOfFreedom: Int? = nil) {
    var end = -Normal.quantile((1 - confidence) / 2)
    if let degreesOfFreedom, degreesOfFreedom > 0 {
      let freedom = Double(degreesOfFreedom)
      end = StudentT.quantile((1 + confidence) / 2, degreesOfFreedom: freedom) * ((freedom + 1) / freedom).squareRoot()
    }
    let tail = Normal.cumulative(-end)
    guard let acceleration, shareBelow > tail, shareBelow < 1 - tail else {
      (low, high) = (tail, 1 - tail)
      return
    }
    let bias = Normal.quantile(shareBelow)
    let denominators = [-end, end].map { 1 - acceleration * (bias + $0) }
    guard denominators.allSatisfy({ $0 > 0 }) else {
      (low, high) = (tail, 1 - tail)
      return
    }
    low = Normal.cumulative(bias + (bias - end) / denominators[0])
    high = Normal.cumulative(bias + (bias + end) / denominators[1])
  }
}

/// The acceleration of BCa: how fast the standard error of a statistic changes with its value.
package enum Acceleration {
  /// From the influence of each unit, stratum by stratum; nil where no unit has any.
  ///
  /// Σ (Σ l³ / n³) / (6 (Σ (Σ l² / n²))^1.5) over strata of n units (Davison and Hinkley, "Bootstrap Methods and their
  /// Application", 1997, equation 5.26).
  package static func of(_ influences: [[Double]]) -> Double? {
    var cubes = 0.0
    var squares = 0.0
    for stratum in influences {
      let n = Double(stratum.count)
      cubes += stratum.reduce(0) { $0 + $1 * $1 * $1 } / (n * n * n)
      squares += stratum.reduce(0) { $0 + $1 * $1 } / (n * n)
    }
    let acceleration = cubes / (6 * squares * squares.squareRoot())
    return squares > 0 && acceleration.isFinite ? acceleration : nil
  }

  /// From the values of the statistic without each unit in turn.
  package static func ofJackknife(_ leftOut: [[Double]]) -> Double? {
    of(
      leftOut.map { values in
        let mean = values.reduce(0, +) / Double(values.count)
        return values.map { Double(values.count - 1) * (mean - $0) }
      })
  }
}
