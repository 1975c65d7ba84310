/// Token sequences laid one after another without padding; several may share their beginning, which is computed once.
package struct PackedSequences: Sendable {
  /// A run of tokens: each sees those of the prefix, those before it in the run, and itself.
  package struct Segment: Sendable, Hashable {
    /// Rows of `tokens`.
    package let rows: Range<Int>
    /// Rows that an earlier segment begins with and that precede this one's; empty where it stands by itself.
    package let prefix: Range<Int>

    /// Numbers in the matrix of its attention scores.
    package var scoreCount: Int { rows.count * (prefix.count + rows.count) }
  }

  package let tokens: [Int32]
  /// Position of each token within its own sequence.
  package let positions: [Int32]
  package let segments: [Segment]

  package var tokenCount: Int { tokens.count }
  /// The largest matrix of attention scores.
  package var scoreCount: Int { segments.reduce(0) { max($0, $1.scoreCount) } }
  /// Positions of the longest sequence.
  package var positionCount: Int { segments.reduce(0) { max($0, $1.prefix.count + $1.rows.count) } }

  /// Sequences that share nothing.
  package init(_ sequences: [ArraySlice<Int32>]) { self.init(groups: sequences.map { [$0] }) }

  /// The first sequence of a group is a segment of its own; of the others, what they begin with in common with it is left
  /// out.
  package init(groups: [[ArraySlice<Int32>]]) {
    var tokens: [Int32] = []
    var positions: [Int32] = []
    var segments: [Segment] = []
    for group in groups {
      let start = tokens.count
      for (index, sequence) in group.enumerated() {
        let shared = index == 0 ? 0 : Self.sharedCount(group[0], sequence)
        let rows = tokens.count..<tokens.count + sequence.count - shared
        if rows.isEmpty { continue }
        segments.append(Segment(rows: rows, prefix: start..<start + shared))
        tokens += sequence.dropFirst(shared)
        positions += (shared..<sequence.count).map(Int32.init)
      }
    }
    self.tokens = tokens
    self.positions = positions
    self.segments = segments
  }

  /// Tokens that two sequences begin with in common.
  package static func sharedCount(_ one: ArraySlice<Int32>, _ other: ArraySlice<Int32>) -> Int {
    zip(one, other).prefix { $0 == $1 }.count
  }
}
