import Core
import Foundation
import LanguageModel
import Tasks

/// Writes conversations by the chat template of a model's folder.
struct ChatPrompt: Sendable {
  private let template: ChatTemplate
  private let tokenizer: Tokenizer
  private let folder: URL

  init(model folder: URL) throws {
    self.folder = folder
    template = try ChatTemplate(contentsOf: folder)
    tokenizer = try Tokenizer(contentsOf: folder)
  }

  /// The conversation as a prompt, the beginning of the reply included.
  ///
  /// A prompt is tokenised with what the tokenizer's post-processor puts before it. Where the template writes that as
  /// well (mostly BOS), it is left out here, so that it stands once.
  ///
  /// - Throws: `ModelError` with the template's complaint; `InputError` where the tokenizer would read the template's
  ///   special tokens as plain text.
  func render(_ turns: [PromptBuilder.Turn]) throws -> String {
    let text = try template.render(
      turns.map { ChatMessage(role: $0.role, content: $0.content) }, addGenerationPrompt: true)
    let plain = tokenizer.encode(text)
    guard
      plain.contains(where: tokenizer.isSpecial)
        || !tokenizer.encode(text, recognizingSpecialTokens: true).contains(where: tokenizer.isSpecial)
    else {
      throw InputError(
        file: folder.path,
        "its tokenizer takes the template's special tokens for text; use a folder with a tokenizer.json")
    }
    let added = tokenizer.encode(text, addingSpecialTokens: true)
    guard let first = plain.first, added.count > plain.count, added[0] == first, added[1] == first,
      tokenizer.isSpecial(first)
    else { return text }
    let name = tokenizer.decode([first], skippingSpecialTokens: false)
    return text.hasPrefix(name) ? String(text.dropFirst(name.count)) : text
  }
}
