extension Tokenizer {
  /// Prompt and completion tokenised together, special tokens as the post-processor adds them; the completion's tokens are
  /// those past the prompt's own count (as lm-evaluation-harness and TRL do).
  public func tokens(prompt: String, completion: String) -> (tokens: [Int32], promptCount: Int) {
    let promptCount = encode(prompt, addingSpecialTokens: true).count
    let tokens = encode(prompt + completion, addingSpecialTokens: true).map(Int32.init)
    return (tokens, min(promptCount, tokens.count))
  }

  /// The prompt's tokens as a model reads them before it answers.
  public func tokens(prompt: String) -> [Int32] { encode(prompt, addingSpecialTokens: true).map(Int32.init) }
}

extension Tokenizer {
  /// What a generated token adds to the text: nothing for a special token or one past the tokenizer's vocabulary.
  public func completionBytes(of id: Int) -> [UInt8] {
    id < vocabularySize && !isSpecial(id) ? bytes(of: id) : []
  }
}
