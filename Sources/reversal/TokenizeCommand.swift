import ArgumentParser
import Core
import Foundation
import LanguageModel

struct TokenizeCommand: ParsableCommand {
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

  func run() throws {
    let tokenizer = try Tokenizer(contentsOf: URL(filePath: model))
    var lines = try InputLines(path: input)
    var output = Data()
    do {
      while let line = try lines.next() {
        output += try answer(to: line, from: lines, with: tokenizer).utf8
        output.append(UInt8(ascii: "\n"))
        if !lines.hasBufferedLine || output.count >= 1 << 16 { try flush(&output) }
      }
    } catch {
      // The lines before a bad one were good, and have been answered.
      try flush(&output)
      throw error
    }
  }

  private func answer(to line: Data, from lines: InputLines, with tokenizer: Tokenizer) throws -> String {
    guard decode else {
      let text = try row(TextRow.self, line, lines).text
      return try JSONLines.line(IDsRow(ids: tokenizer.encode(text, addingSpecialTokens: special)))
    }
    let ids = try row(IDsRow.self, line, lines).ids
    if let unknown = ids.first(where: { $0 < 0 || $0 >= tokenizer.vocabularySize }) {
      throw lines.error("the id \(unknown) is not in the vocabulary; ids lie in 0 ..< \(tokenizer.vocabularySize)")
    }
    return try JSONLines.line(TextRow(text: tokenizer.decode(ids, skippingSpecialTokens: !special)))
  }

  private func row<Row: Decodable>(_ type: Row.Type, _ line: Data, _ lines: InputLines) throws -> Row {
    do {
      return try JSONDecoder().decode(type, from: line)
    } catch {
      throw lines.error(JSONLines.explanation(of: error))
    }
  }

  private func flush(_ output: inout Data) throws {
    try FileHandle.standardOutput.write(contentsOf: output)
    output.removeAll(keepingCapacity: true)
  }
}
