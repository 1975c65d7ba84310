import ArgumentParser
import Core
import Foundation
import LanguageModel

struct TokenizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Turn texts or conversations into token ids, or ids into texts.",
    discussion: """
      Reads JSON Lines {"text"} and writes {"ids":[…]}, line by line; with --decode the reverse; with --chat reads \
      {"messages":[{"role","content"}…]} and writes {"ids","text"}, as the model's chat template has it.
      """)

  @Option(help: "Model folder, which holds tokenizer.json or a tokenizer.model of SentencePiece or tiktoken.")
  var model: String

  @Flag(help: "Read {\"ids\"} and write {\"text\"}.")
  var decode = false

  @Flag(help: "Read {\"messages\"} and write {\"ids\"} and {\"text\"} by the chat template of the folder.")
  var chat = false

  @Flag(help: "With --chat, end with the beginning of an answer, which the model continues.")
  var addGenerationPrompt = false

  @Flag(
    help: "Add the special tokens of the tokenizer's post-processor, such as BOS; with --decode, keep special tokens.")
  var special = false

  @Argument(help: "JSON Lines file, or - for standard input.", completion: .file())
  var input = "-"

  private struct TextRow: Codable { let text: String }
  private struct IDsRow: Codable { let ids: [Int] }
  private struct ChatRow: Decodable { let messages: [ChatMessage] }

  private struct RenderedRow: Encodable {
    let ids: [Int]
    let text: String
  }

  func validate() throws {
    if chat, decode { throw ValidationError("--chat and --decode exclude each other.") }
    // A chat template writes its special tokens itself, as in transformers.
    if chat, special {
      throw ValidationError("--special does not go with --chat: the template adds special tokens itself.")
    }
    if addGenerationPrompt, !chat { throw ValidationError("--add-generation-prompt goes with --chat.") }
  }

  func run() async throws {
    let folder = URL(filePath: model)
    let tokenizer = try Tokenizer(contentsOf: folder)
    if chat {
      let template = try ChatTemplate(contentsOf: folder)
      try await InputLines.answer(input) { (row: ChatRow, lines) in
        do {
          let text = try template.render(row.messages, addGenerationPrompt: addGenerationPrompt)
          return RenderedRow(ids: tokenizer.encode(text, recognizingSpecialTokens: true), text: text)
        } catch let error as ModelError {
          throw lines.error(error.description)
        }
      }
    } else if decode {
      try await InputLines.answer(input) { (row: IDsRow, lines) in
        if let unknown = row.ids.first(where: { $0 < 0 || $0 >= tokenizer.vocabularySize }) {
          throw lines.error("the id \(unknown) is not in the vocabulary; ids lie in 0 ..< \(tokenizer.vocabularySize)")
        }
        return TextRow(text: tokenizer.decode(row.ids, skippingSpecialTokens: !special))
      }
    } else {
      try await InputLines.answer(input) { (row: TextRow, _) in
        IDsRow(ids: tokenizer.encode(row.text, addingSpecialTokens: special))
      }
    }
  }
}
