import Core
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
      group: row["difficulty"])
    return RunProblem(split: split, problem: problem, prompt: row["prompt"])
  }

  static func insert(_ problems: [RunProblem], into database: Database) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO problem (key, split, id, task, question, reference, difficulty, prompt)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
    for (key, entry) in problems.enumerated() {
      let problem = entry.problem
      try statement.execute(arguments: [
        key, entry.split.rawValue, problem.id.rawValue, problem.task, problem.question, problem.reference,
        problem.group, entry.prompt,
      ])
    }
  }
}
