/// Token sequences laid one after another without padding.
package struct PackedSequences: Sendable {
  package let tokens: [Int32]
  /// Position of each token within its own sequence.
  package let positions: [Int32]
  /// Sequence i is tokens[offsets[i] ..< offsets[i + 1]].
  package let offsets: [Int]

  package var tokenCount: Int { tokens.count }
  package var longest: Int { zip(offsets.dropFirst(), offsets).map { $0 - $1 }.max() ?? 0 }

  package init(_ sequences: [ArraySlice<Int32>]) {
    var tokens: [Int32] = []
    var positions: [Int32] = []
    var offsets = [0]
    tokens.reserveCapacity(sequences.reduce(0) { $0 + $1.count })
    for sequence in sequences {
      tokens += sequence
      positions += (0..<sequence.count).map(Int32.init)
      offsets.append(tokens.count)
    }
    self.tokens = tokens
    self.positions = positions
    self.offsets = offsets
  }
}
