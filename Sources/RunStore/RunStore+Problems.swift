import Core
import Foundation
import GRDB

extension RunStore {
  /// The problems of a split in the order of the data set.
  public func problems(_ split: Split) throws -> [RunProblem] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM problem WHERE split = ? ORDER BY key", arguments: [split.rawValue]
      ).map { Self.problem(from: $0, split: split) }
    }
  }

  static func problem(from row: Row, split: Split) -> RunProblem {
    let problem = Problem(
      id: ProblemID(row["id"] as String), task: row["task"], question: row["question"], reference: row["reference"],
      group: row["difficulty"], material: material(row["material"]))
    return RunProblem(split: split, problem: problem, prompt: row["prompt"])
  }

  static func insert(_ problems: [RunProblem], into database: Database) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO problem (key, split, id, task, question, reference, difficulty, prompt, material)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    for (key, entry) in problems.enumerated() {
      let problem = entry.problem
      try statement.execute(arguments: [
        key, entry.split.rawValue, problem.id.rawValue, problem.task, problem.question, problem.reference,
        problem.group, entry.prompt, problem.material.isEmpty ? nil : try JSONLines.line(problem.material),
      ])
    }
  }

  /// nil for a problem without any, and in a run of a version that had none.
  private static func material(_ json: String?) -> Problem.Material {
    guard let json, let material = try? JSONDecoder().decode(Problem.Material.self, from: Data(json.utf8)) else {
      // What was written as JSON above is read as such; a verifier says where it misses something.
      return Problem.Material()
    }
    return material
  }
}
