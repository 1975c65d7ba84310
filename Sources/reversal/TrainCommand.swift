import ArgumentParser
import Core
import Engines
import Foundation

/// `reversal train`: fine-tunes a model on a file of rows.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Fine-tune a model on a file of rows.", subcommands: [SFT.self, DPO.self])

  struct SFT: AsyncParsableCommand, InterruptibleCommand {
    static let configuration = CommandConfiguration(
      commandName: "sft", abstract: "Supervised fine-tuning on rows {\"prompt\",\"completion\"}.",
      discussion: """
        The loss is the mean over the completion tokens of a step, their end-of-sequence token included, never the prompt.
        """)

    @OptionGroup var options: TrainOptions
    @Option(help: "Tokens an optimizer step, prompts included.") var batchTokens = 4096
    @Option(help: "Rows an optimizer step; instead of --batch-tokens where given.") var batchRows: Int?

    private struct Row: Decodable {
      let prompt: RowText
      let completion: RowText
    }

    func validate() throws {
      if batchTokens < 1 { throw ValidationError("--batch-tokens is \(batchTokens); give 1 or more") }
      if let batchRows, batchRows < 1 { throw ValidationError("--batch-rows is \(batchRows); give 1 or more") }
    }

    var continuation: @Sendable () -> String { options.continuation }

    func run() async throws {
      var settings = options.settings
      settings.batchTokens = batchTokens
      var engine = try options.engineOptions()
      engine.batchRows = batchRows
      let rows = try options.rows(Row.self).enumerated().map { index, row in
        SupervisedRow(
          problemID: ProblemID("row \(index + 1)"), prompt: row.prompt.text,
          completion: TrainingText(text: row.completion.text))
      }
      try await TrainSession(options: options, settings: settings, engineOptions: engine).run(.supervised(rows))
    }
  }

  struct DPO: AsyncParsableCommand, InterruptibleCommand {
    static let configuration = CommandConfiguration(
      commandName: "dpo",
      abstract: "Direct preference optimisation on rows {\"prompt\",\"chosen\",\"rejected\"}.",
      discussion: "The reference is the model that training starts from, with its adapter where there is one.")

    @OptionGroup var options: TrainOptions
    @Option(help: "Weight of the distance to the reference.") var beta = 0.1
    @Option(help: "Pairs an optimizer step; instead of --batch-tokens where given.") var batchPairs: Int?
    @Option(help: "Tokens an optimizer step: as many pairs as fit on average.") var batchTokens = 4096

    private struct Row: Decodable {
      let prompt: RowText
      let chosen: RowText
      let rejected: RowText
    }

    func validate() throws {
      if beta <= 0 { throw ValidationError("--beta is \(beta); give more than 0") }
      if batchTokens < 1 { throw ValidationError("--batch-tokens is \(batchTokens); give 1 or more") }
      if let batchPairs, batchPairs < 1 { throw ValidationError("--batch-pairs is \(batchPairs); give 1 or more") }
    }

    var continuation: @Sendable () -> String { options.continuation }

    func run() async throws {
      let rows = try options.rows(Row.self).enumerated().map { index, row in
        PreferenceRow(
          problemID: ProblemID("row \(index + 1)"), prompt: row.prompt.text,
          chosen: TrainingText(text: row.chosen.text),
          rejected: TrainingText(text: row.rejected.text))
      }
      var settings = options.settings
      settings.beta = beta
      settings.batchPairs = try batchPairs ?? pairs(of: rows)
      try await TrainSession(options: options, settings: settings, engineOptions: try options.engineOptions())
        .run(.preference(rows))
    }

    private func pairs(of rows: [PreferenceRow]) throws -> Int {
      let counter = try TokenCounter(model: URL(filePath: options.model))
      let tokens = rows.reduce(0) {
        $0 + counter.count(prompt: $1.prompt, $1.chosen.text) + counter.count(prompt: $1.prompt, $1.rejected.text)
      }
      return max(1, batchTokens * rows.count / max(tokens, 1))
    }
  }
}
