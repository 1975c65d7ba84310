import Core
import Foundation
import GRDB

extension RunStore {
  /// Every stage of the run in the order of execution.
  public func stages() throws -> [StageRecord] {
    try read { try Row.fetchAll($0, sql: "SELECT * FROM stage ORDER BY position").map(stage) }
  }

  /// The record of one stage.
  ///
  /// - Throws: `RunError` where the run was not created with it.
  public func stage(_ key: StageKey) throws -> StageRecord {
    let row = try read {
      try Row.fetchOne(
        $0, sql: "SELECT * FROM stage WHERE iteration = ? AND name = ?",
        arguments: [key.iteration, key.stage.rawValue])
    }
    guard let row else {
      throw RunError(
        .damaged, file: databaseFile.path,
        "iteration \(key.iteration) has no stage '\(key.stage.rawValue)'; restore the run from a copy or start a new one"
      )
    }
    return try stage(row)
  }

  /// Named figures of every iteration: `training_rows`, `training_steps`, `training_tokens`, `initial_loss`, …
  public func metrics() throws -> [Int: [String: Double]] {
    try read { database in
      var metrics: [Int: [String: Double]] = [:]
      for row in try Row.fetchAll(database, sql: "SELECT * FROM metric") {
        let (iteration, name): (Int, String) = (
          try row.decode(forColumn: "iteration"), try row.decode(forColumn: "name")
        )
        metrics[iteration, default: [:]][name] = try row.decode(Double.self, forColumn: "value")
      }
      return metrics
    }
  }

  /// Marks M_t as trained, and records what it is and what it was made of. Call it when the checkpoint's folder stands
  /// whole.
  public func recordTraining(
    _ summary: TrainingSummary, iteration: Int, content: FolderContent, from origin: CheckpointOrigin
  ) throws {
    try write { database in
      let start: (String, Artifact.Kind, Int) = ("start", .checkpoint, origin.start)
      let reference = origin.reference.map { ("reference", Artifact.Kind.checkpoint, $0) }
      try record(
        Artifact(
          iteration: iteration, kind: .checkpoint, digest: content.digest, files: content.files,
          madeOf: try digests(
            [start, ("training_set", .trainingSet, iteration)] + (reference.map { [$0] } ?? []), database),
          training: origin.training), database)
      try Self.set("training_steps", Double(summary.steps), iteration, database)
      try Self.set("training_tokens", Double(summary.tokens), iteration, database)
      if let loss = summary.initialLoss { try Self.set("initial_loss", loss, iteration, database) }
      if let loss = summary.finalLoss { try Self.set("final_loss", loss, iteration, database) }
      try advance(StageKey(iteration, .train), to: summary.steps, of: summary.steps, database)
    }
  }

  /// Records how far a stage is, and that it is finished when `done` reaches `total`.
  func advance(_ key: StageKey, to done: Int, of total: Int, _ database: Database) throws {
    try database.execute(
      sql: "UPDATE stage SET done = ?, total = ?, finished_at = ? WHERE iteration = ? AND name = ?",
      arguments: [
        done, total, done == total ? now().formatted(.iso8601) : nil, key.iteration, key.stage.rawValue,
      ])
    guard database.changesCount == 1 else {
      throw RunError(.damaged, file: databaseFile.path, "the run has no stage '\(key.stage.rawValue)'; start a new run")
    }
    try recordEnvironment(key, database)
  }

  static func set(_ metric: String, _ value: Double, _ iteration: Int, _ database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO metric (iteration, name, value) VALUES (?, ?, ?)",
      arguments: [iteration, metric, value])
  }

  private func stage(_ row: Row) throws -> StageRecord {
    let name: String = try row.decode(forColumn: "name")
    guard let stage = Stage(rawValue: name) else {
      throw InputError(
        file: databaseFile.path, "has a stage '\(name)' that this reversal does not know; update reversal")
    }
    let finishedAt: String? = try row.decode(forColumn: "finished_at")
    let record = StageRecord(
      key: StageKey(try row.decode(forColumn: "iteration"), stage), done: try row.decode(forColumn: "done"),
      total: try row.decode(forColumn: "total"), unit: try row.decode(forColumn: "unit"),
      // That it is finished is what counts; when, is for people, and a clock may say anything.
      finishedAt: finishedAt.map { (try? Date($0, strategy: .iso8601)) ?? .distantPast })
    guard record.done >= 0, record.done <= record.total ?? .max, !record.isFinished || record.done == record.total
    else {
      throw RunError(
        .damaged, file: databaseFile.path,
        "stage '\(name)' of iteration \(record.key.iteration) is marked as no run marks it; restore it from a copy")
    }
    return record
  }
}
