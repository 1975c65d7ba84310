import ArgumentParser
import Audit
import Core
import Foundation
import Iteration
import Report
import RunStore
import Storage
import Tasks

struct CompareCommand: AsyncParsableCommand, InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Set several runs or methods side by side on the same questions.",
    discussion: """
      Either finished runs of this program, `reversal compare runs/sft runs/dpo`, or anybody's outputs, each file with the \
      name of its run: `reversal compare --problems P.jsonl --samples sft:1=a.jsonl --samples sft:2=b.jsonl --samples \
      dpo:1=a.jsonl --samples dpo:2=c.jsonl`. The first run is the baseline; every measure is compared with it, paired \
      over the questions that all runs have, at the last iterations and at the best ones.
      """)

  @Argument(help: "Finished runs; the first is the baseline.", completion: .directory)
  var folders: [String] = []

  @Option(
    help: ArgumentHelp("The problems, JSON Lines; - is standard input.", valueName: "file"), completion: .file())
  var problems: String?

  @Option(help: ArgumentHelp("The samples of one iteration of a run; once for each.", valueName: "run:t=file"))
  var samples: [String] = []

  @Option(
    help: ArgumentHelp(
      "Write the comparison here; - writes it to standard output instead of the tables.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  @Option(
    help: ArgumentHelp("Write the comparison and the figures of every run as one HTML file.", valueName: "file"),
    completion: .file())
  var html: String?

  @Option(help: "Seed of the resampling.")
  var seed: UInt64 = 0

  @Option(help: "Bootstrap resamples behind each interval.")
  var resamples = 2_000

  @Option(help: "Threads that judge answers and count n-grams; the result does not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @OptionGroup(title: "How samples are read") var importing: ImportArguments

  @OptionGroup var execution: ExecutionOptions

  func validate() throws {
    if folders.isEmpty == samples.isEmpty {
      throw ValidationError("give the folders of two runs or more, or --problems and --samples run:t=FILE")
    }
    if folders.count == 1 { throw ValidationError("give a second run to compare \(folders[0]) with") }
    if !folders.isEmpty && problems != nil {
      throw ValidationError("runs bring their own problems; leave out --problems")
    }
    if resamples < 1 { throw ValidationError("--resamples is \(resamples); give 1 or more") }
    if threads < 1 { throw ValidationError("--threads is \(threads); give 1 or more") }
  }

  var continuation: @Sendable () -> String { { "the comparison is not written, run the command again" } }

  func run() async throws {
    let stores = try finishedRuns()
    let runs =
      stores.isEmpty
      ? try await outputs()
      : try stores.map { store in
        RunComparer.Run(
          name: store.folder.lastPathComponent,
          input: try AuditedRun.input(store, RunConfiguration(manifest: store.manifest, of: store.folder)))
      }
    let comparison = try RunComparer.compare(
      runs, conditions: try RunConditions.differences(between: stores), seed: seed, resamples: resamples,
      threads: threads)
    if let json, json != "-" {
      try DurableFile.replace(URL(filePath: json), with: Data(try comparison.json().utf8))
    }
    if let html {
      let report = try Self.report(comparison, runs, stores, seed: seed, resamples: resamples, threads: threads)
      try DurableFile.replace(URL(filePath: html), with: Data(HTMLReport.render(report).utf8))
    }
    print(json == "-" ? try comparison.json() : RunComparisonSummary(comparison).text, terminator: "")
  }

  /// The figures of every run by itself, as each was audited, and the comparison on the questions that all have.
  private static func report(
    _ comparison: RunComparison, _ runs: [RunComparer.Run], _ stores: [RunStore], seed: UInt64, resamples: Int,
    threads: Int
  ) throws -> ReportInput {
    let title = "Comparison of \(runs.map(\.name).joined(separator: ", "))"
    guard stores.isEmpty else {
      let audited = try stores.map { try AuditedRun($0, seed: seed, resamples: resamples) }
      let sections = try ReportSource.sections(of: audited)
      let main = AuditedRun.report(over: audited)
      return ReportInput(
        title: title, runs: sections, caseStudies: main.caseStudies, settings: main.settings, notes: main.notes,
        comparison: comparison)
    }
    return ReportInput(
      title: title,
      runs: try runs.map { run in
        .init(
          method: run.name,
          audit: try Auditor.audit(run.input, seed: seed, resamples: resamples, threads: threads))
      }, comparison: comparison)
  }

  private func finishedRuns() throws -> [RunStore] {
    try folders.map { path in
      let folder = URL(filePath: path).standardizedFileURL
      let store = try RunStore.open(folder, for: .reading)
      guard try store.stages().allSatisfy(\.isFinished) else {
        throw InputError(
          file: folder.path, "the run is not finished; continue it with `reversal resume \(folder.path)`")
      }
      return store
    }
  }

  /// The runs in the order in which they are named first.
  private func outputs() async throws -> [RunComparer.Run] {
    var files: [(name: String, samples: [String])] = []
    for argument in samples {
      let parts = argument.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2, !parts[0].contains("="), !parts[1].isEmpty else {
        throw InputError(
          "--samples \(argument): write run:t=FILE, the run's name, the iteration from 1 and its file, as in "
            + "--samples sft:1=M1.jsonl")
      }
      if let index = files.firstIndex(where: { $0.name == parts[0] }) {
        files[index].samples.append(parts[1])
      } else {
        files.append((parts[0], [parts[1]]))
      }
    }
    // Standard input can be read once.
    if problems == "-", files.count > 1 { throw InputError("every run needs the problems; give --problems a file") }
    let tasks = Wiring.tasks(execution.isolation, threads: threads)
    var runs: [RunComparer.Run] = []
    for (name, samples) in files {
      let reading = AuditFiles(
        AuditFiles.Outputs(problems: problems, samples: samples), options: try importing.options())
      let input = try await reading.read(threads: threads) { name in
        let task = try tasks.task(named: name)
        try ExecutionOptions.check(task)
        return task.verifier
      }.input
      runs.append(RunComparer.Run(name: name, input: input))
    }
    return runs
  }
}
