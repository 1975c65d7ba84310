import Foundation
import LanguageModel

/// Counts the tokens a training row takes.
public struct TokenCounter: Sendable {
  private let tokenizer: Tokenizer

  public init(model folder: URL) throws { tokenizer = try Tokenizer(contentsOf: folder) }

  /// The row's tokens, its closing end-of-sequence token included.
  public func count(prompt: String, _ completion: String) -> Int {
    tokenizer.tokens(prompt: prompt, completion: completion).tokens.count + 1
  }
}
