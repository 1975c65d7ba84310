import ArgumentParser
import Core
import Engines
import Foundation

/// `reversal train`: fine-tunes a model on a file of rows.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Fine-tune a model on a file of rows.", subcommands: [SFT.self, DPO.self])

  struct Options: ParsableArguments {
    @Option(help: "Model folder in the Hugging Face layout.", completion: .directory) var model: String
    @Option(help: "Rows, JSON Lines; - is standard input.", completion: .file()) var data: String
    @Option(help: "Folder of the trained model; it must not exist yet and appears whole or not at all.") var out: String
    @Option(help: "Passes over the rows.") var epochs = 1
    @Option(help: "Peak learning rate of AdamW.") var learningRate = 1e-5
    @Option(help: "Share of the steps over which the learning rate rises.") var warmupFraction = 0.05
    @Option(help: "Decay of the matrices, decoupled.") var weightDecay = 0.0
    @Option(help: "Global norm to which a gradient is clipped.") var gradientClip = 1.0
    @Option(help: "Seed of the order of the rows.") var seed: UInt64 = 0
    @Option(help: "Processor cores; does not change a result.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
      if epochs < 1 { throw ValidationError("--epochs is \(epochs); give 1 or more") }
      if learningRate <= 0 { throw ValidationError("--learning-rate is \(learningRate); give more than 0") }
      if threads < 1 { throw ValidationError("--threads is \(threads); give 1 or more") }
    }

    var settings: TrainingSettings {
      TrainingSettings(
        epochs: epochs, learningRate: learningRate, warmupFraction: warmupFraction, weightDecay: weightDecay,
        gradientClip: gradientClip, seed: seed)
    }

    func rows<Row: Decodable>(_ type: Row.Type) throws -> [Row] {
      var lines = try InputLines(path: data)
      var rows: [Row] = []
      while let row = try lines.nextRow(type) { rows.append(row) }
      guard !rows.isEmpty else { throw InputError(file: data, "holds no row; give at least one") }
      return rows
    }

    func train(_ rows: TrainingSet, _ settings: TrainingSettings) async throws {
      let checkpoint = Checkpoint(iteration: 0, folder: URL(filePath: model))
      guard !FileManager.default.fileExists(atPath: out) else {
        throw InputError(file: out, "exists already; choose another --out")
      }
      let summary = try await NativeTrainer(threads: threads).train(
        rows, from: checkpoint, reference: checkpoint, settings: settings, to: URL(filePath: out)
      ) { progress in
        guard progress.completed % max(1, progress.total / 20) == 0 || progress.completed == progress.total else {
          return
        }
        let line = "step \(progress.completed) of \(progress.total)  \(progress.note ?? "")\n"
        // Progress that nobody can read any more must not end the work.
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
      }
      print(try JSONLines.line(summary))
    }
  }

  struct SFT: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sft", abstract: "Supervised fine-tuning on rows {\"prompt\",\"completion\"}.",
      discussion: "The loss covers the completion and its end-of-sequence token, never the prompt.")

    @OptionGroup var options: Options
    @Option(help: "Tokens an optimizer step, prompts included.") var batchTokens = 4096

    private struct Row: Decodable {
      let prompt: String
      let completion: String
    }

    func run() async throws {
      var settings = options.settings
      settings.batchTokens = batchTokens
      let rows = try options.rows(Row.self).enumerated().map { index, row in
        SupervisedRow(
          problemID: ProblemID("row \(index + 1)"), prompt: row.prompt,
          completion: TrainingText(text: row.completion))
      }
      try await options.train(.supervised(rows), settings)
    }
  }

  struct DPO: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "dpo",
      abstract: "Direct preference optimisation on rows {\"prompt\",\"chosen\",\"rejected\"}.",
      discussion: "The reference is the model that training starts from.")

    @OptionGroup var options: Options
    @Option(help: "Weight of the distance to the reference.") var beta = 0.1
    @Option(help: "Pairs an optimizer step; instead of --batch-tokens where given.") var batchPairs: Int?
    @Option(help: "Tokens an optimizer step: as many pairs as fit on average.") var batchTokens = 4096

    private struct Row: Decodable {
      let prompt: String
      let chosen: String
      let rejected: String
    }

    func validate() throws {
      if beta <= 0 { throw ValidationError("--beta is \(beta); give more than 0") }
    }

    func run() async throws {
      let rows = try options.rows(Row.self).enumerated().map { index, row in
        PreferenceRow(
          problemID: ProblemID("row \(index + 1)"), prompt: row.prompt, chosen: TrainingText(text: row.chosen),
          rejected: TrainingText(text: row.rejected))
      }
      var settings = options.settings
      settings.beta = beta
      settings.batchPairs = try batchPairs ?? pairs(of: rows)
      try await options.train(.preference(rows), settings)
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
