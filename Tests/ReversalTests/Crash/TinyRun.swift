import Engines
import Foundation
import Testing

/// Full runs of one method that take about a second: four iterations, every stage, the audit and the report.
final class TinyRun: Sendable {
  let method: String
  /// Where the runs are made.
  let runs: URL
  private let folder: TemporaryFolder
  private let configuration: String

  init(_ method: String) throws {
    self.method = method
    folder = try TemporaryFolder()
    runs = folder.url.appending(path: "runs")
    try FileManager.default.createDirectory(at: runs, withIntermediateDirectories: true)
    try folder.writeProblems(train: 5, test: 5, outOfDistribution: 2, seed: 3)
    configuration = try folder.file(
      "run.yaml",
      """
      task: arithmetic
      model: \(EmbeddedModel.folder.path)
      data: {train: train.jsonl, test: test.jsonl, ood: ood.jsonl}
      method: \(method)
      iterations: 4
      threads: 1
      sampling: {n: 4, max_tokens: 90}
      evaluation: {samples: 2, questions: 2, first_iteration_samples: 4}
      training:
        first: {epochs: 2, learning_rate: 1.0e-3, batch_tokens: 250}
        sft: {epochs: 1, learning_rate: 1.0e-4, batch_tokens: 250}
        dpo: {epochs: 1, learning_rate: 1.0e-5, batch_pairs: 1}

      """)
  }

  func folder(_ name: String) -> URL { runs.appending(path: name) }

  /// Begins the run of that name, or goes on with it where it is begun.
  ///
  /// - Parameter seed: Another one makes another run.
  func start(_ name: String, faults: FaultInjection? = nil, seed: Int? = nil) throws -> RunningTool {
    let folder = folder(name)
    let isBegun = FileManager.default.fileExists(atPath: folder.path)
    let arguments = isBegun ? ["resume", folder.path] : ["run", configuration, "--out", folder.path]
    return try RunningTool(arguments + (seed.map { ["--seed", "\($0)"] } ?? []), faults: faults)
  }

  /// Finishes the run of that name, removes it, and tells what was not as in `reference`.
  func differences(_ name: String, from reference: RunImage) throws -> [String] {
    let folder = folder(name)
    if FileManager.default.fileExists(atPath: folder.path) {
      // The folder appears whole.
      guard FileManager.default.fileExists(atPath: folder.path + "/run.sqlite") else { return ["half a run appeared"] }
    }
    let ending = try start(name).end()
    guard ending.status == 0 else { return ["resumed: \(ending.summary)"] }
    var differences = try RunImage(folder).differences(from: reference)
    let litter = try FileManager.default.contentsOfDirectory(atPath: runs.path).filter {
      $0.hasPrefix(".\(name).")
    }
    if !litter.isEmpty { differences.append("litter \(litter)") }
    try FileManager.default.removeItem(at: folder)
    return differences
  }

  /// The uninterrupted run.
  func reference() throws -> RunImage { try reference(nil) }

  /// The uninterrupted run, and what it changes on the disk, call by call.
  ///
  /// - Parameter calls: Only these; nil is all.
  func reference(logging calls: [String]?) throws -> (image: RunImage, log: [FaultLogEntry]) {
    let log = folder.url.appending(path: "log")
    let image = try reference(FaultInjection(folder: runs, calls: calls, log: log))
    return (image, try FaultLogEntry.read(log))
  }

  private func reference(_ faults: FaultInjection?) throws -> RunImage {
    let ending = try start("reference", faults: faults).end()
    try #require(ending.status == 0, "\(ending.summary)")
    return try RunImage(folder("reference"))
  }
}
