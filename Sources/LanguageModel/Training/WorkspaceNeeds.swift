/// The sizes that decide how much memory a pass takes.
package struct WorkspaceNeeds: Sendable, Hashable {
  package var tokenCount = 0
  /// Numbers in the largest matrix of attention scores.
  package var scoreCount = 0
  /// Positions of the longest sequence.
  package var positionCount = 0

  package init() {}

  package init(_ sequences: PackedSequences) {
    tokenCount = sequences.tokenCount
    scoreCount = sequences.scoreCount
    positionCount = sequences.positionCount
  }

  /// What is enough for either.
  package func union(_ other: WorkspaceNeeds) -> WorkspaceNeeds {
    var needs = self
    needs.tokenCount = max(tokenCount, other.tokenCount)
    needs.scoreCount = max(scoreCount, other.scoreCount)
    needs.positionCount = max(positionCount, other.positionCount)
    return needs
  }
}
