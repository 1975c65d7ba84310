import Randomness

extension Bootstrap {
  /// A mean over units that come in clusters, which are resampled whole; nil without any unit.
  ///
  /// Units of one cluster (problems from one template, samples of one question) resemble each other, and resampling them
  /// one by one would take each for new evidence (Miller, "Adding error bars to evals", arXiv 2411.00640, section 2.2).
  ///
  /// - Parameters:
  ///   - clusters: The cluster of each value, by any number.
  ///   - range: The values that are possible for a unit.
  public func mean(of values: [Double], clusters: [Int], in range: ClosedRange<Double>) -> Interval? {
    precondition(values.count == clusters.count, "every value has a cluster")
    var position: [Int: Int] = [:]
    var sums: [Double] = []
    var counts: [Double] = []
    for (value, cluster) in zip(values, clusters) {
      let index = position[cluster] ?? sums.count
      if index == sums.count {
        position[cluster] = index
        sums.append(0)
        counts.append(0)
      }
      sums[index] += value
      counts[index] += 1
    }
    return ratio(of: sums, to: counts, in: range)
  }

  /// The sum over clusters divided by the number of units in them, clusters resampled; nil without any unit.
  ///
  /// The mean over all samples of all questions, say, where a question counts by how many samples it has. A mean over
  /// questions of each one's own share is `mean(of:in:)`. Where every cluster has the same ratio, the bound is the exact one
  /// of `mean(of:in:)` for as many draws as there are clusters.
  ///
  /// - Parameters:
  ///   - sums: Of the values in each cluster.
  ///   - counts: Units in each cluster; a cluster without any is left out.
  public func ratio(of sums: [Double], to counts: [Double], in range: ClosedRange<Double>) -> Interval? {
    precondition(sums.count == counts.count, "every cluster has a sum and a count")
    let clusters = zip(sums, counts).filter { $0.1 > 0 }
    guard !clusters.isEmpty else { return nil }
    let total = clusters.reduce((0.0, 0.0)) { ($0.0 + $1.0, $0.1 + $1.1) }
    let estimate = total.0 / total.1
    if clusters.allSatisfy({ abs($0.0 - estimate * $0.1) <= 1e-12 * abs($0.0) }) {
      return constant(estimate, count: clusters.count, in: range)
    }

    var stream = stream
    let ratios = (0..<resamples).map { _ in
      var drawn = (sum: 0.0, count: 0.0)
      for _ in clusters.indices {
        let cluster = clusters[stream.index(below: clusters.count)]
        drawn.sum += cluster.0
        drawn.count += cluster.1
      }
      return drawn.sum / drawn.count
    }
    let leftOut = clusters.map { (total.0 - $0.0) / (total.1 - $0.1) }
    return interval(
      around: estimate, of: ResamplingDistribution(ratios),
      acceleration: Acceleration.ofJackknife([leftOut]), count: clusters.count,
      degreesOfFreedom: isExpanded ? clusters.count - 1 : nil)
  }
}
