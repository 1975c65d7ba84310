import ArgumentParser
import Core
import Foundation
import LanguageModel

struct TokenizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Turn texts into token ids, or back.",
    discussion: """
      Reads JSON Lines {"text"} and writes {"ids":[…]}, line by line; with --decode the reverse.
      """)

  @Option(help: "Model folder, which holds tokenizer.json.")
  var model: String

  @Flag(help: "Read {\"ids\"} and write {\"text\"}.")
  var decode = false

  @Flag(
    help: "Add the special tokens of the tokenizer's post-processor, such as BOS; with --decode, keep special tokens.")
  var special = false

  @Argument(help: "JSON Lines file, or - for standard input.")
  var input = "-"

  private struct TextRow: Codable { let text: String }
  private struct IDsRow: Codable { let ids: [Int] }

  func run() async throws {
    let tokenizer = try Tokenizer(contentsOf: URL(filePath: model))
    if decode {
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
