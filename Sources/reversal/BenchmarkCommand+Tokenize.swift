import ArgumentParser
import Core
import Foundation
import LanguageModel

extension BenchmarkCommand {
  /// One thread, and neither JSON nor input counts.
  struct Tokenize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Bytes of text a second that become token ids, on one core, and the seconds that loading takes.")

    @Option(help: "Folder of the tokenizer.") var model: String
    @Option(help: "JSON Lines file of {\"text\"}.") var data: String
    @Option(help: "Passes over the texts; the median one counts.") var passes = 5
    @Flag(help: "One JSON object instead of a sentence.") var json = false

    private struct TextRow: Decodable { let text: String }

    private struct Figure: Encodable {
      let bytesPerSecond: Double
      let bytes, tokens: Int
      let seconds, loadingSeconds: Double

      enum CodingKeys: String, CodingKey {
        case bytesPerSecond = "bytes_per_second"
        case bytes, tokens, seconds
        case loadingSeconds = "loading_seconds"
      }
    }

    func validate() throws {
      if passes < 1 { throw ValidationError("--passes must be at least 1.") }
    }

    func run() async throws {
      var texts: [String] = []
      var lines = try InputLines(path: data)
      while let row = try lines.nextRow(TextRow.self) { texts.append(row.text) }
      let clock = ContinuousClock()
      var durations: [Double] = []
      var tokens = 0
      var loadingSeconds = 0.0
      for _ in 0..<passes {
        // A new tokenizer each time: it must not remember the words of the pass before.
        var start = clock.now
        let tokenizer = try Tokenizer(contentsOf: URL(filePath: model))
        loadingSeconds = (clock.now - start) / .seconds(1)
        start = clock.now
        tokens = texts.reduce(0) { $0 + tokenizer.encode($1).count }
        durations.append((clock.now - start) / .seconds(1))
      }
      let bytes = texts.reduce(0) { $0 + $1.utf8.count }
      let seconds = durations.sorted()[passes / 2]
      let figure = Figure(
        bytesPerSecond: Double(bytes) / seconds, bytes: bytes, tokens: tokens, seconds: seconds,
        loadingSeconds: loadingSeconds)
      print(
        json
          ? try JSONLines.line(figure)
          : String(
            format: "%.1f MB a second (%d bytes, %d tokens in %.2f s); loaded in %.2f s", figure.bytesPerSecond / 1e6,
            bytes,
            tokens, seconds, loadingSeconds))
    }
  }
}
