import ArgumentParser
import Core
import Foundation
import RunStore

/// `reversal export`: what a run holds, as JSON Lines on standard output.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract:
      "Write a run's completions, problems, a training set or its lineage as JSON Lines, or TensorBoard's files.",
    discussion: """
      Completions come in the sample format that `reversal audit` reads, with verdict, iteration and split; for an audit \
      take those of one --iteration and --split. Training sets come as {"prompt","completion"} or \
      {"prompt","chosen","rejected"}, which `reversal train` reads. The lineage is the SHA-256 of everything that the run \
      was given and made, of what each was made, and the environments that made it (docs/guarantees.md).

      --tensorboard OUT writes OUT/RUN/events.out.tfevents.… with every number of the audit that belongs to an iteration, at \
      the step t, and with the training's losses; for `tensorboard --logdir OUT`. Of an unfinished run it has pass@1 and the \
      losses so far. There DIR may be a folder of runs.
      """)

  @Argument(help: "A run's folder; with --tensorboard also a folder of runs.", completion: .directory)
  var folder: String

  @Flag(help: "Every answer with its verdict.")
  var completions = false

  @Flag(help: "The problems with their prompts and splits.")
  var problems = false

  @Option(
    name: .customLong("training-set"), help: ArgumentHelp("The rows that M_t was trained on.", valueName: "t"))
  var trainingSet: Int?

  @Flag(help: "The digests of all that the run was given and made.")
  var lineage = false

  @Option(
    help: ArgumentHelp(
      "TensorBoard event files in this folder, which must not exist or be empty.", valueName: "folder"),
    completion: .directory)
  var tensorboard: String?

  @Flag(help: "With --training-set: also the tokens as they were sampled, which training goes by.")
  var tokenIds = false

  @Option(help: ArgumentHelp("With --completions: the answers of M_t only.", valueName: "t"))
  var iteration: Int?

  @Option(help: "With --completions or --problems: train, test or ood only.", transform: Self.split)
  var split: Split?

  func validate() throws {
    guard [completions, problems, lineage, trainingSet != nil, tensorboard != nil].filter({ $0 }).count == 1 else {
      throw ValidationError("give one of --completions, --training-set t, --problems, --lineage and --tensorboard OUT")
    }
    if tokenIds, trainingSet == nil { throw ValidationError("--token-ids goes with --training-set only") }
    if iteration != nil, !completions { throw ValidationError("--iteration goes with --completions only") }
    if split != nil, !completions, !problems {
      throw ValidationError("--split goes with --completions and --problems only")
    }
  }

  func run() throws {
    if let tensorboard {
      return try RunEvents.write(
        runsIn: URL(filePath: folder).standardizedFileURL, to: URL(filePath: tensorboard).standardizedFileURL)
    }
    let store = try RunStore.open(URL(fileURLWithPath: folder).standardizedFileURL, for: .reading)
    let export: RunExport =
      if let trainingSet {
        .trainingSet(iteration: trainingSet, tokenIDs: tokenIds)
      } else if problems {
        .problems(split: split)
      } else if lineage {
        .lineage
      } else {
        .completions(iteration: iteration, split: split)
      }
    var output = Data()
    try export.lines(of: store) { line in
      output += line.utf8
      output.append(UInt8(ascii: "\n"))
      if output.count >= 1 << 16 { try Self.flush(&output) }
    }
    try Self.flush(&output)
  }

  private static func flush(_ output: inout Data) throws {
    try FileHandle.standardOutput.write(contentsOf: output)
    output.removeAll(keepingCapacity: true)
  }

  private static func split(_ name: String) throws -> Split {
    guard let split = Split(rawValue: name) else {
      throw ValidationError("--split is '\(name)'; give " + Split.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return split
  }
}
