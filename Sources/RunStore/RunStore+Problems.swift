import Core
import Foundation
import GRDB

extension RunStore {
  /// The problems of a split in the order of the data set.
  public func problems(_ split: Split) throws -> [RunProblem] {
    try read { try Self.problems(split, $0) }
  }

  static func problems(_ split: Split, _ database: Database) throws -> [RunProblem] {
    try Row.fetchAll(
      database, sql: "SELECT * FROM problem WHERE split = ? ORDER BY key", arguments: [split.rawValue]
    ).map { try problem(from: $0, split: split) }
  }

  static func problem(from row: Row, split: Split) throws -> RunProblem {
    let problem = Problem(
      id: ProblemID(try row.decode(String.self, forColumn: "id")), task: try row.decode(forColumn: "task"),
      question: try row.decode(forColumn: "question"), reference: try row.decode(forColumn: "reference"),
      group: try row.decode(forColumn: "difficulty"), material: material(try row.decode(forColumn: "material")))
    return RunProblem(split: split, problem: problem, prompt: try row.decode(forColumn: "prompt"))
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
