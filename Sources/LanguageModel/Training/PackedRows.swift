/// Rows as the model reads them, and where their completion tokens are predicted.
struct PackedRows {
  let sequences: PackedSequences
  /// Rows of the hidden state with the token that follows each, row after row.
  let targets: [(row: Int, target: Int32)]
  private let targetCounts: [Int]

  init(_ rows: [TokenRow]) {
    sequences = PackedSequences(rows.map(\.input))
    targets = zip(rows, sequences.offsets).flatMap { row, start in row.targets(from: start) }
    targetCounts = rows.map(\.targetCount)
  }

  /// Values of the targets by row.
  func slices(_ values: [Float]) -> [ArraySlice<Float>] {
    var start = 0
    return targetCounts.map { count in
      defer { start += count }
      return values[start..<start + count]
    }
  }

  /// Sums over the targets of each row.
  func sums(_ values: [Float]) -> [Double] { slices(values).map { $0.reduce(0.0) { $0 + Double($1) } } }
}
