import ArgumentParser
import Audit
import Core
import Foundation
import Tasks

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Measure whether the iterations of a model are progress or a reversal.",
    discussion: """
      Problems are lines of {"id","task","question","reference","group"?}, samples lines of \
      {"problem_id","sample_index","decoding","completion","correct"?}. Samples without 'correct' are judged by their \
      problem's task. Every change is measured against iteration 1, paired over problems; docs/verdict.md explains \
      the verdict and the measures.
      """)

  @Option(help: ArgumentHelp("The problems, JSON Lines; - is standard input.", valueName: "file"))
  var problems: String

  @Option(help: ArgumentHelp("The samples of one iteration; once for each, from 1.", valueName: "t=file"))
  var samples: [String] = []

  @Option(help: "How samples are written: auto recognises the format and says what is missing, or reversal.")
  var format: SampleFormat = .auto

  @Option(help: ArgumentHelp("Problems of another distribution than the training problems.", valueName: "file"))
  var oodProblems: String?

  @Option(help: ArgumentHelp("The samples of one iteration for them; once for each, from 1.", valueName: "t=file"))
  var oodSamples: [String] = []

  @Option(
    help: ArgumentHelp("Write audit.json here; - writes it to standard output instead of the table.", valueName: "file")
  )
  var json: String?

  @Option(help: "Seed of the resampling.")
  var seed: UInt64 = 0

  @Option(help: "Bootstrap resamples behind each interval.")
  var resamples = 2_000

  @Option(help: "Threads that judge answers and count n-grams; the result does not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func run() async throws {
    let input = try await files().read(threads: threads) { try TaskCatalog.task(named: $0).verifier }
    let result = try Auditor.audit(input, seed: seed, resamples: resamples, threads: threads)
    if let json, json != "-" {
      try Data(result.json().utf8).write(to: URL(filePath: json), options: .atomic)
    }
    print(json == "-" ? try result.json() : AuditSummary(result).text, terminator: "")
  }

  private func files() throws -> AuditFiles {
    guard resamples >= 1 else { throw InputError("--resamples \(resamples): give at least 1") }
    guard threads >= 1 else { throw InputError("--threads \(threads): give at least 1") }
    if oodProblems == nil, let first = oodSamples.first {
      throw InputError("--ood-samples \(first) needs its problems; add --ood-problems FILE")
    }
    return AuditFiles(
      AuditFiles.Outputs(problems: problems, samples: samples),
      outOfDistribution: oodProblems.map { AuditFiles.Outputs(problems: $0, samples: oodSamples) }, format: format)
  }
}

extension SampleFormat: ExpressibleByArgument {}
