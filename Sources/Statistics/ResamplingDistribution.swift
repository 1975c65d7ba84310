/// The distribution of a statistic over resamples.
struct ResamplingDistribution: Sendable {
  /// Ascending.
  private let values: [Double]

  init(_ statistics: [Double]) { values = statistics.sorted() }

  /// The share of resamples below `estimate`, ties counting half.
  ///
  /// Sums of the same numbers in another order differ in their last bits and still tie.
  func shareBelow(_ estimate: Double) -> Double {
    let tolerance = 1e-12 * max(abs(estimate), abs(values[0]), abs(values[values.count - 1]))
    let below = firstIndex { $0 >= estimate - tolerance }
    let notAbove = firstIndex { $0 > estimate + tolerance }
    return Double(below + notAbove) / 2 / Double(values.count)
  }

  func quantile(_ probability: Double) -> Double { Bootstrap.quantile(probability, ofSorted: values) }

  /// Where in the ascending values `isReached` becomes true.
  private func firstIndex(where isReached: (Double) -> Bool) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if isReached(values[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
