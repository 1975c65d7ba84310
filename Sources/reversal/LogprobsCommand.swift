import ArgumentParser
import Core
import Foundation
import LanguageModel

/// `reversal logprobs`: a filter that scores completions.
struct LogprobsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logprobs",
    abstract: "Score completions of prompts under a model.",
    discussion: """
      Reads JSON Lines {"prompt","completion"} and writes {"token_count","log_probability","token_log_probabilities"}: \
      natural logarithms of the completion's tokens, no end-of-sequence token added. Prompt and completion are \
      tokenised together; the completion's tokens are those past the prompt's own count.
      """)

  @Option(help: "Model folder in the Hugging Face layout.", completion: .directory) var model: String
  @Option(help: "PEFT folder of an adapter on the model.", completion: .directory)
  var adapter: String?
  @Option(help: "Processor cores; does not change a result.") var threads = ProcessInfo.processInfo.activeProcessorCount
  @Argument(help: "JSON Lines file, or - for standard input.", completion: .file()) var input = "-"

  private struct TextRow: Decodable {
    let prompt: String
    let completion: String
  }

  private struct ScoreRow: Encodable {
    let tokenCount: Int
    let logProbability: Double
    let tokenLogProbabilities: [Double]

    enum CodingKeys: String, CodingKey {
      case tokenCount = "token_count"
      case logProbability = "log_probability"
      case tokenLogProbabilities = "token_log_probabilities"
    }
  }

  func run() async throws {
    let folder = URL(filePath: model)
    let loaded = try Model(storedIn: folder)
    let tokenizer = try Tokenizer(contentsOf: folder)
    let adapter = try adapter.map { try LowRankAdapter(contentsOf: URL(filePath: $0), for: loaded) }
    let scorer = Scorer(loaded, adapter: adapter, threads: threads)
    var lines = try InputLines(path: input)
    var output = OutputLines()
    var rows: [TokenRow] = []
    func answer() throws {
      for logs in scorer.tokenLogProbabilities(rows) {
        let values = logs.map(Double.init)
        try output.write(
          ScoreRow(tokenCount: values.count, logProbability: values.reduce(0, +), tokenLogProbabilities: values))
      }
      rows = []
      try output.flush()
    }
    do {
      while let text = try lines.nextRow(TextRow.self) {
        let (tokens, promptCount) = tokenizer.tokens(prompt: text.prompt, completion: text.completion)
        guard promptCount > 0 else {
          throw lines.error("the prompt has no token to predict the completion from; give it a text")
        }
        guard tokens.count <= loaded.configuration.maxPositionCount else {
          throw lines.error(
            "the row has \(tokens.count) tokens, and the model takes \(loaded.configuration.maxPositionCount); shorten it"
          )
        }
        rows.append(TokenRow(tokens: tokens, promptCount: promptCount))
        if rows.count == 64 || !lines.hasBufferedLine { try answer() }
      }
    } catch {
      try answer()
      throw error
    }
    try answer()
  }
}
