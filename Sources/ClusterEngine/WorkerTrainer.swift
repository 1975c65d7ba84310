import Core
import Foundation
import Storage

/// Trains with workers, by TRL: on a Ray cluster, or on this machine by torchrun.
public struct WorkerTrainer: Trainer {
  private let engine: WorkerEngine
  private let launcher: any WorkerLauncher
  private let settings: WorkerTraining
  private let folder: URL
  private let attempts: Int
  private let models = ModelDigests()

  /// - Parameter folder: Storage that the workers reach by the same path.
  public init(
    _ engine: WorkerEngine, launcher: any WorkerLauncher, settings: WorkerTraining, folder: URL, attempts: Int = 5
  ) {
    self.engine = engine
    self.launcher = launcher
    self.settings = settings
    self.folder = folder
    self.attempts = attempts
  }

  /// - Parameter environment: Where the cluster's token is found, and what processes on this machine get.
  /// - Throws: `InputError` where there is no token under the name given.
  public init(_ settings: WorkerTrainerSettings, environment: [String: String]) throws {
    let connection = settings.connection
    self.init(
      connection.engine, launcher: try connection.launcher(environment: environment), settings: settings.training,
      folder: URL(filePath: connection.folder), attempts: connection.attempts)
  }

  public func train(
    _ rows: TrainingSet, from checkpoint: Checkpoint, reference: Checkpoint, settings training: TrainingSettings,
    to output: URL, progress: @escaping ProgressHandler
  ) async throws -> TrainingSummary {
    let (method, lines) = try Self.lines(rows)
    guard !lines.isEmpty else { throw InputError("there is no row to train on; give at least one") }
    let input = Data(lines.joined().utf8)
    func specification(_ work: URL) -> TrainSpecification {
      TrainSpecification(
        engine: engine, method: method, model: checkpoint.folder.path,
        reference: method == .dpo ? reference.folder.path : nil, rows: work.appending(path: "rows.jsonl").path,
        output: work.path, training: training, settings: settings)
    }
    let digests = try [checkpoint, reference].map { try models.digest(of: $0.folder) }
    let name = try WorkFolder.name(of: specification(folder), models: digests, input: input)
    let work = folder.appending(path: "trainings/\(name)")
    try WorkFolder.write(input, to: work.appending(path: "rows.jsonl"))
    let job = WorkerJob(program: .train, folder: work, launcher: launcher, attempts: attempts)
    let manifest = try await job.finish(specification(work), progress: progress)
    guard let model = manifest.name, let summary = manifest.summary else {
      throw ClusterError(.badResult, "\(work.path)/manifest.json names no model; remove the folder and run again")
    }
    try Self.take(manifest, model, of: job, to: output)
    return summary
  }

  /// Rows as `train.py` and `reversal train` read them; a sampled answer has its tokens beside it.
  private static func lines(_ rows: TrainingSet) throws -> (TrainSpecification.Method, [String]) {
    switch rows {
    case .supervised(let rows):
      let lines = try rows.map {
        try WorkerJSON.line(
          SupervisedLine(
            id: $0.problemID, prompt: $0.prompt, completion: $0.completion.text, completionIds: $0.completion.tokenIDs)
        )
          + "\n"
      }
      return (.sft, lines)
    case .preference(let rows):
      let lines = try rows.map {
        try WorkerJSON.line(
          PreferenceLine(
            id: $0.problemID, prompt: $0.prompt, chosen: $0.chosen.text, rejected: $0.rejected.text,
            chosenIds: $0.chosen.tokenIDs, rejectedIds: $0.rejected.tokenIDs)) + "\n"
      }
      return (.dpo, lines)
    }
  }

  private struct SupervisedLine: Encodable {
    let id: ProblemID
    let prompt: String
    let completion: String
    let completionIds: [Int]?
  }

  private struct PreferenceLine: Encodable {
    let id: ProblemID
    let prompt: String
    let chosen: String
    let rejected: String
    let chosenIds: [Int]?
    let rejectedIds: [Int]?
  }

  /// Copies the model to its place, where it appears whole; its bytes are those that the manifest names.
  private static func take(_ manifest: WorkerManifest, _ name: String, of job: WorkerJob, to output: URL) throws {
    try NewFolder.create(at: output) { partial in
      for shard in manifest.shards where shard.file.hasPrefix(name + "/") {
        let target = partial.appending(path: String(shard.file.dropFirst(name.count + 1)))
        try NewFolder.createPath(to: target.deletingLastPathComponent())
        try DurableFile.store(job.content(of: shard), at: target)
        try DurableFile.synchronize(target.deletingLastPathComponent())
      }
    }
  }
}
