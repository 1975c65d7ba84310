/// Rows as the model reads them, and where their completion tokens are predicted.
///
/// Rows come in groups; what the rows of a group begin with in common is computed once.
struct PackedRows {
  let sequences: PackedSequences
  /// By group, row after row.
  let targets: [[LossHead.Position]]
  /// Numbers of targets by group and row.
  private let targetCounts: [[Int]]

  /// Rows by themselves.
  init(_ rows: [TokenRow]) { self.init(groups: rows.map { [$0] }) }

  init(groups: [[TokenRow]]) {
    sequences = PackedSequences(groups: groups.map { $0.map(\.input) })
    var start = 0
    var end = 0
    targets = groups.map { group in
      start = end
      return group.enumerated().flatMap { index, row in
        let shared = index == 0 ? 0 : PackedSequences.sharedCount(group[0].input, row.input)
        let own = end - shared
        end += row.input.count - shared
        return row.targets(from: 0).map { ($0.row < shared ? start + $0.row : own + $0.row, $0.target) }
      }
    }
    targetCounts = groups.map { $0.map(\.targetCount) }
  }

  /// Sums of the targets' values over each of the two rows of a group.
  func pair(_ values: [Float], group: Int) -> GradientEngine.PairLogProbabilities {
    let count = targetCounts[group][0]
    func sum(_ part: ArraySlice<Float>) -> Double { part.reduce(0.0) { $0 + Double($1) } }
    return GradientEngine.PairLogProbabilities(chosen: sum(values[..<count]), rejected: sum(values[count...]))
  }
}
