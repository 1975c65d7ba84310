/// Holm's step-down correction for many tests.
public enum HolmCorrection {
  /// p-values adjusted so that rejecting those below α makes a single false rejection with probability at most α.
  ///
  /// Holm, "A simple sequentially rejective multiple test procedure", 1979; valid whatever the dependence of the tests.
  /// In the order given; never below the p-value itself, at most 1.
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var adjusted = pValues
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
      adjusted[index] = largest
    }
    return adjusted
  }
}
