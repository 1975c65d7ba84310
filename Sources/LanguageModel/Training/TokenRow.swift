/// A prompt with a completion as tokens: the loss covers the tokens from `promptCount` on.
public struct TokenRow: Sendable, Hashable {
  public let tokens: [Int32]
  public let promptCount: Int

  /// - Parameter promptCount: At least 1, since a token needs one before it to be predicted from.
  public init(tokens: [Int32], promptCount: Int) {
    precondition(promptCount >= 1 && promptCount <= tokens.count, "a row needs a token before its completion")
    self.tokens = tokens
    self.promptCount = promptCount
    isTrained = nil
  }

  /// A row in which the loss covers just the tokens marked in `isTrained` (pretraining leaves out what is random).
  public init(tokens: [Int32], isTrained: [Bool]) {
    precondition(tokens.count == isTrained.count && !tokens.isEmpty, "one mark a token")
    self.tokens = tokens
    promptCount = 1
    self.isTrained = isTrained
  }

  private let isTrained: [Bool]?

  package var targetCount: Int {
    guard let isTrained else { return tokens.count - promptCount }
    return isTrained.dropFirst().count { $0 }
  }

  /// What the model reads: everything but the last token.
  package var input: ArraySlice<Int32> { tokens.dropLast() }

  /// The predicted positions, rows counted from `start`.
  package func targets(from start: Int) -> [(row: Int, target: Int32)] {
    (promptCount..<max(promptCount, tokens.count)).compactMap { index in
      isTrained?[index] == false ? nil : (start + index - 1, tokens[index])
    }
  }
}

/// A prompt with a preferred and a rejected completion as tokens.
public struct TokenPair: Sendable, Hashable {
  public let chosen: TokenRow
  public let rejected: TokenRow

  public init(chosen: TokenRow, rejected: TokenRow) {
    self.chosen = chosen
    self.rejected = rejected
  }

  /// Tokens that the model computes for both: what they begin with in common counts once.
  package var computedTokenCount: Int {
    chosen.tokens.count + rejected.tokens.count - PackedSequences.sharedCount(chosen.input, rejected.input)
  }
}
