import ArgumentParser
import Core
import Foundation
import LanguageModel

extension BenchmarkCommand {
  /// From texts to vectors, tokenizing included; loading, JSON and input do not count.
  struct Embed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Texts a second that a sentence encoder turns into vectors.")

    @Option(help: "Folder of the encoder.") var model: String
    @Option(help: "JSON Lines file of {\"text\"}.") var data: String
    @Option(help: "Processor cores that work.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "Tokens that a thread computes together.") var batchTokens = SentenceEncoder.defaultBatchTokens
    @Flag(help: "One JSON object instead of a sentence.") var json = false

    private struct TextRow: Decodable { let text: String }

    private struct Figure: Encodable {
      let textsPerSecond, tokensPerSecond: Double
      let texts, tokens: Int
      let seconds: Double

      enum CodingKeys: String, CodingKey {
        case textsPerSecond = "texts_per_second"
        case tokensPerSecond = "tokens_per_second"
        case texts, tokens, seconds
      }
    }

    func validate() throws {
      if threads < 1 { throw ValidationError("--threads is \(threads); give 1 or more") }
      if batchTokens < 1 { throw ValidationError("--batch-tokens is \(batchTokens); give 1 or more") }
    }

    func run() async throws {
      var texts: [String] = []
      var lines = try InputLines(path: data)
      while let row = try lines.nextRow(TextRow.self) { texts.append(row.text) }
      guard !texts.isEmpty else { throw InputError(file: data, "holds no texts; give lines of {\"text\"}") }
      let encoder = try SentenceEncoder(contentsOf: URL(filePath: model))
      _ = try encoder.embed(Array(texts.prefix(16)), threads: threads, batchTokens: batchTokens)
      let clock = ContinuousClock()
      let start = clock.now
      _ = try encoder.embed(texts, threads: threads, batchTokens: batchTokens)
      let seconds = (clock.now - start) / .seconds(1)
      let tokens = texts.reduce(0) { $0 + encoder.tokens(of: $1).count }
      let figure = Figure(
        textsPerSecond: Double(texts.count) / seconds, tokensPerSecond: Double(tokens) / seconds, texts: texts.count,
        tokens: tokens, seconds: seconds)
      print(
        json
          ? try JSONLines.line(figure)
          : String(
            format: "%.1f texts a second (%d texts, %d tokens in %.2f s)", figure.textsPerSecond, texts.count, tokens,
            seconds))
    }
  }
}
