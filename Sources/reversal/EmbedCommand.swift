import ArgumentParser
import Core
import Foundation
import LanguageModel

/// `reversal embed`: a filter that turns texts into unit vectors.
struct EmbedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Turn texts into vectors of length 1 whose cosine tells how alike they are in meaning.",
    discussion: """
      Reads JSON Lines {"text"} and writes {"embedding":[…]}, line by line, as sentence-transformers computes it in \
      float32. A text beyond the tokens that the encoder takes is cut there. Equal texts are computed once.
      """)

  @Option(
    help: "Sentence-transformers folder or plain BERT of the Hugging Face layout, or a name of `reversal model list`.")
  var model: String

  @Option(help: "Processor cores; does not change a result.") var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Tokens that a core computes together; does not change a result.")
  var batchTokens = SentenceEncoder.defaultBatchTokens

  @OptionGroup var memory: MemoryOptions
  @Argument(help: "JSON Lines file, or - for standard input.", completion: .file()) var input = "-"

  /// What is read before it is answered, at most.
  private static let rowLimit = 1_024
  private static let byteLimit = 8 << 20

  private struct TextRow: Decodable { let text: String }

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads is \(threads); give 1 or more") }
    if batchTokens < 1 { throw ValidationError("--batch-tokens is \(batchTokens); give 1 or more") }
  }

  func run() async throws {
    let folder = try Wiring.encoderFolder(model)
    if memory.memoryCheck { try MemoryNeed.refuseEmbedding(folder, threads: threads, batchTokens: batchTokens) }
    let encoder = try SentenceEncoder(contentsOf: folder)
    var lines = try InputLines(path: input)
    var output = OutputLines()
    var texts: [String] = []
    var byteCount = 0
    func answer() throws {
      for vector in try encoder.embed(texts, threads: threads, batchTokens: batchTokens) {
        try output.write(line: "{\"embedding\":[\(vector.map(\.description).joined(separator: ","))]}")
      }
      (texts, byteCount) = ([], 0)
      try output.flush()
    }
    do {
      while let row = try lines.nextRow(TextRow.self) {
        texts.append(row.text)
        byteCount += row.text.utf8.count
        if texts.count == Self.rowLimit || byteCount >= Self.byteLimit || lines.wouldBlock { try answer() }
      }
    } catch {
      try answer()
      throw error
    }
    try answer()
  }
}
