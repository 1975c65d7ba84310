import Core
import Foundation
import LanguageModel

/// Turns prompts and completions into tokens.
struct RowEncoder {
  private let tokenizer: Tokenizer
  private let endToken: Int32
  private let limit: Int
  private let vocabularySize: Int

  init(_ tokenizer: Tokenizer, _ configuration: ModelConfiguration, folder: URL) throws {
    self.tokenizer = tokenizer
    endToken = try LoadedModel.endToken(configuration, folder: folder)
    limit = configuration.maxPositionCount
    vocabularySize = configuration.vocabularySize
  }

  func examples(_ rows: TrainingSet) throws -> TrainingExamples {
    switch rows {
    case .supervised(let rows):
      .supervised(try rows.map { try row($0.prompt, $0.completion, id: $0.problemID) })
    case .preference(let rows):
      .preference(
        try rows.map {
          TokenPair(
            chosen: try row($0.prompt, $0.chosen, id: $0.problemID),
            rejected: try row($0.prompt, $0.rejected, id: $0.problemID))
        })
    }
  }

  /// The completion's own tokens where it was sampled, otherwise those of its text; closed by the end-of-sequence token.
  private func row(_ prompt: String, _ completion: TrainingText, id: ProblemID) throws -> TokenRow {
    var tokens: [Int32]
    let promptCount: Int
    if let sampled = completion.tokenIDs {
      tokens = tokenizer.tokens(prompt: prompt)
      promptCount = tokens.count
      // A server's answer may come from a model that is another one than it says.
      guard let bounded = Self.tokens(sampled, below: vocabularySize) else {
        throw InputError(
          "an answer to '\(id)' has tokens that the model does not have; let the server serve the model's checkpoint")
      }
      tokens += bounded
    } else {
      (tokens, promptCount) = tokenizer.tokens(prompt: prompt, completion: completion.text)
    }
    if tokens.count == promptCount || tokens.last != endToken { tokens.append(endToken) }
    guard promptCount > 0 else {
      throw InputError("the prompt of '\(id)' has no token; give it a text")
    }
    guard tokens.count <= limit else {
      throw InputError(
        "the row of '\(id)' has \(tokens.count) tokens, and the model takes \(limit); shorten or drop it")
    }
    return TokenRow(tokens: tokens, promptCount: promptCount)
  }

  private static func tokens(_ ids: [Int], below count: Int) -> [Int32]? {
    ids.allSatisfy { 0..<count ~= $0 } ? ids.map(Int32.init) : nil
  }
}
