import Randomness

extension Bootstrap {
  /// Any statistic of units in strata, each stratum resampled within itself; nil where the statistic is undefined.
  ///
  /// The acceleration comes from the jackknife, for which `statistic` is called once more for each unit. A resample on which
  /// the statistic is undefined is left out: the interval holds given that the statistic is defined, and where that is not
  /// nearly certain it is too narrow.
  ///
  /// - Parameters:
  ///   - sizes: Units in each stratum. One stratum is the ordinary bootstrap.
  ///   - statistic: From the indices drawn in each stratum; called first with every index once.
  public func interval(strata sizes: [Int], statistic: ([[Int]]) -> Double?) -> Interval? {
    let everyUnit = sizes.map { Array(0..<$0) }
    guard !sizes.contains(0), let estimate = statistic(everyUnit) else { return nil }
    var stream = stream
    var draws = everyUnit
    var statistics: [Double] = []
    statistics.reserveCapacity(resamples)
    for _ in 0..<resamples {
      for (stratum, size) in sizes.enumerated() {
        for unit in 0..<size { draws[stratum][unit] = stream.index(below: size) }
      }
      if let value = statistic(draws) { statistics.append(value) }
    }
    guard !statistics.isEmpty else { return nil }
    return interval(
      around: estimate, of: ResamplingDistribution(statistics),
      acceleration: Self.acceleration(leavingOutOf: everyUnit, statistic), count: sizes.reduce(0, +))
  }

  /// Nil where the statistic is undefined without one of the units.
  private static func acceleration(leavingOutOf units: [[Int]], _ statistic: ([[Int]]) -> Double?) -> Double? {
    var leftOut: [[Double]] = []
    for stratum in units.indices {
      guard units[stratum].count > 1 else { return nil }
      var values: [Double] = []
      var others = units
      let last = units[stratum].count - 1
      others[stratum].removeLast()
      for unit in units[stratum] {
        // The last unit stands in for the one left out.
        if unit < last { others[stratum][unit] = last }
        guard let value = statistic(others) else { return nil }
        values.append(value)
        if unit < last { others[stratum][unit] = unit }
      }
      leftOut.append(values)
    }
    return Acceleration.ofJackknife(leftOut)
  }

  /// A function of sums over units (a ratio of two of them, say), units resampled; nil where it is undefined.
  ///
  /// The same as `interval(strata:)` with one stratum, but linear in the units: the sums without a unit are the sums less its
  /// values.
  ///
  /// - Parameters:
  ///   - columns: Of each column a value for every unit.
  ///   - statistic: From the sum of each column.
  public func interval(ofSums columns: [[Double]], statistic: ([Double]) -> Double?) -> Interval? {
    let count = columns.first?.count ?? 0
    precondition(columns.allSatisfy { $0.count == count }, "every column has a value for every unit")
    let sums = columns.map { $0.reduce(0, +) }
    guard count > 0, let estimate = statistic(sums) else { return nil }
    var stream = stream
    let statistics = (0..<resamples).compactMap { _ -> Double? in
      var drawn = [Double](repeating: 0, count: columns.count)
      for _ in 0..<count {
        let unit = stream.index(below: count)
        for column in columns.indices { drawn[column] += columns[column][unit] }
      }
      return statistic(drawn)
    }
    guard !statistics.isEmpty else { return nil }
    let leftOut = (0..<count).compactMap { unit in statistic(zip(sums, columns).map { $0 - $1[unit] }) }
    return interval(
      around: estimate, of: ResamplingDistribution(statistics),
      acceleration: leftOut.count == count && count > 1 ? Acceleration.ofJackknife([leftOut]) : nil, count: count)
  }
}
