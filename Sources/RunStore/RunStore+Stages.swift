import Core
import Foundation
import GRDB

extension RunStore {
  /// Every stage of the run in the order of execution.
  public func stages() throws -> [StageRecord] {
    try read { try Row.fetchAll($0, sql: "SELECT * FROM stage ORDER BY position").map(Self.stage) }
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
    return try Self.stage(row)
  }

  /// Named figures of every iteration: `training_rows`, `training_steps`, `training_tokens`, `initial_loss`, …
  public func metrics() throws -> [Int: [String: Double]] {
    try read { database in
      var metrics: [Int: [String: Double]] = [:]
      for row in try Row.fetchAll(database, sql: "SELECT * FROM metric") {
        metrics[row["iteration"], default: [:]][row["name"]] = row["value"]
      }
      return metrics
    }
  }

  /// Marks M_t as trained. Call it when the checkpoint's folder stands whole.
  public func recordTraining(_ summary: TrainingSummary, iteration: Int) throws {
    try write { database in
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
  }

  static func set(_ metric: String, _ value: Double, _ iteration: Int, _ database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO metric (iteration, name, value) VALUES (?, ?, ?)",
      arguments: [iteration, metric, value])
  }

  private static func stage(_ row: Row) throws -> StageRecord {
    let name: String = row["name"]
    guard let stage = Stage(rawValue: name) else {
      throw InputError("the run has a stage '\(name)' that this reversal does not know; update reversal")
    }
    return StageRecord(
      key: StageKey(row["iteration"], stage), done: row["done"], total: row["total"], unit: row["unit"],
      finishedAt: try (row["finished_at"] as String?).map { try Date($0, strategy: .iso8601) })
  }
}
