import ArgumentParser
import Core
import Foundation
import Tasks

/// `reversal problems`: a benchmark's problems in the problem format, or as the prompts that a model reads.
struct ProblemsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "problems",
    abstract: "Print a benchmark's problems, or their prompts, as JSON Lines.",
    discussion: """
      The generated arithmetic problems unless --task names another benchmark, whose files stand in the data folder \
      (`reversal data list`) or are given with --file. With --prompts it writes {"id","prompt"}, which `reversal sample` \
      reads. The same seed prints the same lines; generated splits share no problem, whatever their seeds.
      """)

  @Option(help: "The benchmark.")
  var task = "arithmetic"

  @Option(help: "Which problems: train, validation, test; arithmetic also has ood, mbpp has prompts.")
  var split: String

  @Option(help: "How many problems; 10 arithmetic ones, Levels 1 to 5 in turn, or all of another benchmark.")
  var count: Int?

  @Option(help: "Seed of the generator and of the examples.")
  var seed: UInt64 = 0

  @Option(help: "File of the problems, instead of the data folder's.", completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp("Another name of a custom task's field; may be given several times.", valueName: "field=name"))
  var field: [String] = []

  @Flag(help: "Write the prompts.")
  var prompts = false

  @Option(help: "With --prompts, worked examples before each question, drawn from the training split.")
  var shots = 0

  @Option(help: "With --shots, file of the training problems, instead of the data folder's.", completion: .file())
  var trainFile: String?

  @Option(
    help: ArgumentHelp("With --prompts, write them by the chat template of this model folder.", valueName: "model"),
    completion: .directory)
  var chat: String?

  @Option(help: "With --chat, what the conversation begins with.")
  var system: String?

  @OptionGroup var options: DataCommand.FolderOptions

  private struct PromptRow: Encodable {
    let id: ProblemID
    let prompt: String
  }

  func validate() throws {
    if let count, count < 1 { throw ValidationError("--count is \(count); give 1 or more") }
    if shots < 0 { throw ValidationError("--shots is \(shots); give 0 or more") }
    if !prompts, shots > 0 || chat != nil { throw ValidationError("--shots and --chat go with --prompts; add it") }
    if trainFile != nil, shots == 0 { throw ValidationError("--train-file goes with --shots; add it") }
    if system != nil, chat == nil { throw ValidationError("--system goes with --chat; add it") }
    if task == "arithmetic", file == nil {
      guard ArithmeticSplit.named(split) != nil else {
        throw ValidationError("--split is '\(split)'; give train, validation, test or ood")
      }
    } else if DataSplit(rawValue: split) == nil {
      let known = DataSplit.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--split is '\(split)'; give one of \(known)")
    }
  }

  func run() throws {
    let benchmark = try TaskCatalog().task(named: task, fields: try fields())
    let problems = try self.problems(of: benchmark)
    var output = OutputLines()
    if prompts {
      let builder = PromptBuilder(
        task: benchmark, shots: try examples(of: benchmark), system: system,
        chat: try chat.map { try ChatPrompt(model: URL(filePath: $0)).render })
      for problem in problems {
        try output.write(PromptRow(id: problem.id, prompt: try builder.prompt(for: problem.question)))
      }
    } else {
      for problem in problems { try output.write(problem) }
    }
    try output.flush()
  }

  private func fields() throws -> [String: String] {
    var fields: [String: String] = [:]
    for argument in field {
      let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ValidationError("--field is '\(argument)'; give field=name") }
      fields[parts[0]] = parts[1]
    }
    return fields
  }

  private func problems(of benchmark: any BenchmarkTask) throws -> [Problem] {
    if let file {
      return try benchmark.loadProblems(from: URL(filePath: file), split: DataSplit(rawValue: split), limit: count)
    }
    if task == "arithmetic", let split = ArithmeticSplit.named(split) {
      return ArithmeticGenerator(seed: seed).problems(split, count: count ?? 10)
    }
    // Checked in `validate`.
    guard let split = DataSplit(rawValue: split) else { return [] }
    let problems = try options.folder.problems(of: benchmark, split: split)
    return count.map { Array(problems.prefix($0)) } ?? problems
  }

  private func examples(of benchmark: any BenchmarkTask) throws -> PromptBuilder.Shots? {
    guard shots > 0 else { return nil }
    let training =
      if let trainFile {
        try benchmark.loadProblems(from: URL(filePath: trainFile), split: .train)
      } else if task == "arithmetic" {
        ArithmeticGenerator(seed: seed).problems(.train, count: 200)
      } else {
        try options.folder.problems(of: benchmark, split: .train)
      }
    return try PromptBuilder.Shots(shots, from: training, of: benchmark, seed: seed)
  }
}

extension ArithmeticSplit {
  /// The splits a user asks for; pretraining documents are the business of `reversal pretrain`.
  fileprivate static func named(_ name: String) -> ArithmeticSplit? {
    switch name {
    case "train": .train
    case "validation": .validation
    case "test": .test
    case "ood": .outOfDistribution
    default: nil
    }
  }
}
