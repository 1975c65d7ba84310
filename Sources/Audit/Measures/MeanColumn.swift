import Core

/// A mean that is wanted: one value a question, the values that are possible, and the name of its random numbers.
struct MeanColumn: Sendable {
  let values: [Double?]
  let range: ClosedRange<Double>
  /// Unique within the audit.
  let name: String

  init(_ values: [Double?], in range: ClosedRange<Double> = 0...1, _ name: String) {
    self.values = values
    self.range = range
    self.name = name
  }

  /// For values without a bound of their own: 0 to the largest that occurs in any of `columns`.
  static func unbounded(_ columns: [(values: [Double?], name: String)]) -> [MeanColumn] {
    let largest = columns.lazy.flatMap { $0.values.lazy.compactMap { $0 } }.max() ?? 0
    return columns.map { MeanColumn($0.values, in: 0...max(largest, .leastNormalMagnitude), $0.name) }
  }
}

extension Estimator {
  /// The estimate of every column, as `mean` gives it, several at a time: each has its own random numbers.
  func means(_ columns: [MeanColumn], threads: Int) -> [Estimate?] {
    concurrentRanges(of: columns.count, threads: min(threads, max(1, columns.count))) { range in
      range.map { mean(of: columns[$0].values, in: columns[$0].range, columns[$0].name) }
    }.flatMap { $0 }
  }
}
