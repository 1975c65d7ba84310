/// Tokens as a server counts them, summed over its answers.
public struct TokenUsage: Codable, Sendable, Hashable {
  public var promptTokens: Int
  public var completionTokens: Int

  public init(promptTokens: Int = 0, completionTokens: Int = 0) {
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
  }

  public var total: Int { promptTokens + completionTokens }

  public static func + (left: TokenUsage, right: TokenUsage) -> TokenUsage {
    TokenUsage(
      promptTokens: left.promptTokens + right.promptTokens,
      completionTokens: left.completionTokens + right.completionTokens)
  }

  private enum CodingKeys: String, CodingKey {
    case promptTokens = "prompt_tokens"
    case completionTokens = "completion_tokens"
  }
}
