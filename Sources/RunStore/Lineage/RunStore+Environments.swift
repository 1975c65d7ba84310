import Core
import Foundation
import GRDB

extension RunStore {
  /// Every environment that did a stage, or a part of one, in the order in which they came.
  public func environments() throws -> [EnvironmentRecord] {
    try read { database in
      guard try database.tableExists("environment") else { return [] }
      return try Row.fetchAll(database, sql: "SELECT key, json FROM environment ORDER BY key").map { row in
        let stages = try Row.fetchAll(
          database,
          sql: """
            SELECT stage.iteration, stage.name FROM stage_environment JOIN stage USING (iteration, name)
            WHERE environment = ? ORDER BY position
            """, arguments: [try row.decode(Int64.self, forColumn: "key")])
        return EnvironmentRecord(
          environment: try decoded(try row.decode(forColumn: "json"), as: "an environment"),
          stages: try stages.map {
            guard let stage = Stage(rawValue: try $0.decode(forColumn: "name")) else {
              throw RunError(
                .damaged, file: databaseFile.path, "an environment names an unknown stage; restore the run")
            }
            return StageKey(try $0.decode(forColumn: "iteration"), stage)
          })
      }
    }
  }

  /// Notes that this process works on a stage.
  func recordEnvironment(_ key: StageKey, _ database: Database) throws {
    guard let environment else { return }
    let json = try JSONLines.line(environment)
    try database.execute(sql: "INSERT OR IGNORE INTO environment (json) VALUES (?)", arguments: [json])
    try database.execute(
      sql: """
        INSERT OR IGNORE INTO stage_environment (iteration, name, environment)
        SELECT ?, ?, key FROM environment WHERE json = ?
        """, arguments: [key.iteration, key.stage.rawValue, json])
  }

  func decoded<Value: Decodable>(_ json: String, as name: String) throws -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(json.utf8))
    } catch {
      throw RunError(.damaged, file: databaseFile.path, "\(name) cannot be read; restore the run from a copy")
    }
  }
}
