import Core
import GRDB
import RunStore

/// What M_t answered to a question, in numbers.
struct CellFigures: Sendable, Hashable {
  let iteration: Int
  let greedy: Verdict.Outcome?
  let samples: Int
  let correct: Int
  /// Samples that count, equally many in every iteration, and the correct ones among them.
  let kept: Int
  let keptCorrect: Int
  /// Different final answers among the samples that count.
  let answers: Int
  /// Different equation chains among them; 0 where there are no equations.
  let chains: Int
}

struct QuestionSummary: Sendable, Hashable {
  let key: Int
  let split: Split
  let id: String
  let task: String
  let level: String?
  let excerpt: String
  /// Ascending by iteration; those of models that were asked.
  let cells: [CellFigures]
}

struct QuestionPage: Sendable {
  let questions: [QuestionSummary]
  /// Of all pages.
  let count: Int
}

extension BrowseIndex {
  /// The values that a filter can take.
  struct Choices: Sendable {
    let splits: [Split]
    let tasks: [String]
    let levels: [String]
    /// t of the models that have answered a question of the part.
    let iterations: [Int]
  }

  func choices(_ split: Split) throws -> Choices {
    try pool.read { database in
      Choices(
        splits: try String.fetchAll(database, sql: "SELECT DISTINCT split FROM question").compactMap(Split.init)
          .sorted { Split.allCases.firstIndex(of: $0) ?? 0 < Split.allCases.firstIndex(of: $1) ?? 0 },
        tasks: try String.fetchAll(
          database, sql: "SELECT DISTINCT task FROM question WHERE split = ? ORDER BY task", arguments: [split.rawValue]
        ),
        levels: try String.fetchAll(
          database, sql: "SELECT DISTINCT level FROM question WHERE split = ? AND level IS NOT NULL ORDER BY level",
          arguments: [split.rawValue]
        ).sorted { $0.compare($1, options: .numeric) == .orderedAscending },
        iterations: try iterations(split, database))
    }
  }

  func iterations(_ split: Split, _ database: Database) throws -> [Int] {
    // Any question that the first model answered shows how far the later ones are; asking them all would take long.
    try Int.fetchAll(
      database,
      sql: """
        SELECT DISTINCT iteration FROM cell WHERE problem IN (
          SELECT key FROM question WHERE split = ? ORDER BY key LIMIT 200)
        ORDER BY iteration
        """, arguments: [split.rawValue])
  }

  /// The questions of a page with what each model answered to them.
  func questions(_ filter: QuestionFilter) throws -> QuestionPage {
    try pool.read { database in
      let rows = try Row.fetchAll(database, try Self.request(filter, iterations(filter.split, database)))
      var count: Int = rows.first?["total"] ?? 0
      if rows.isEmpty, filter.page > 1 {
        let first = try Self.request(filter.onPage(1), iterations(filter.split, database))
        count = try Row.fetchOne(database, first)?["total"] ?? 0
      }
      return QuestionPage(questions: try summaries(rows, database), count: count)
    }
  }

  /// The keys before and after a question under the filter, and its place among them.
  func neighbours(of key: Int, _ filter: QuestionFilter) throws -> (previous: Int?, next: Int?, place: Int?, count: Int)
  {
    try pool.read { database in
      let keys = try Int.fetchAll(
        database, try Self.request(filter, iterations(filter.split, database), keysOnly: true))
      guard let place = keys.firstIndex(of: key) else { return (nil, keys.first { $0 > key }, nil, keys.count) }
      return (
        place > 0 ? keys[place - 1] : nil, place + 1 < keys.count ? keys[place + 1] : nil, place + 1, keys.count
      )
    }
  }

  func question(_ key: Int) throws -> QuestionSummary? {
    try pool.read { database in
      let rows = try Row.fetchAll(database, sql: "SELECT * FROM question WHERE key = ?", arguments: [key])
      return try summaries(rows, database).first
    }
  }

  func key(of id: String, _ split: Split) throws -> Int? {
    try pool.read {
      try Int.fetchOne(
        $0, sql: "SELECT key FROM question WHERE split = ? AND id = ?", arguments: [split.rawValue, id])
    }
  }

  private func summaries(_ rows: [Row], _ database: Database) throws -> [QuestionSummary] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT iteration, greedy, samples, correct, kept, kept_correct, answers, chains FROM cell WHERE problem = ? ORDER BY iteration
        """)
    return try rows.map { row in
      let key: Int = row["key"]
      let cells = try Row.fetchAll(statement, arguments: [key]).map { cell in
        CellFigures(
          iteration: cell[0], greedy: (cell[1] as String?).flatMap(Verdict.Outcome.init), samples: cell[2],
          correct: cell[3], kept: cell[4], keptCorrect: cell[5], answers: cell[6], chains: cell[7])
      }
      return QuestionSummary(
        key: key, split: Split(rawValue: row["split"]) ?? .test, id: row["id"], task: row["task"], level: row["level"],
        excerpt: row["excerpt"], cells: cells)
    }
  }

  /// One statement for a page and the number of all that are let through.
  private static func request(
    _ filter: QuestionFilter, _ iterations: [Int], keysOnly: Bool = false
  ) throws -> SQLRequest<Row> {
    let last = filter.iteration ?? iterations.last ?? 1
    var conditions: [SQL] = ["q.split = \(filter.split.rawValue)"]
    if let task = filter.task { conditions.append("q.task = \(task)") }
    if let level = filter.level { conditions.append("q.level = \(level)") }
    switch filter.group {
    case nil: break
    case .improved?:
      conditions.append("a.greedy IS NOT NULL AND a.greedy <> 'correct' AND b.greedy = 'correct'")
    case .lost?: conditions.append("a.greedy = 'correct' AND b.greedy IS NOT NULL AND b.greedy <> 'correct'")
    case .unsolved?:
      conditions.append(
        """
        EXISTS (SELECT 1 FROM cell WHERE problem = q.key)
        AND NOT EXISTS (SELECT 1 FROM cell WHERE problem = q.key AND (greedy = 'correct' OR correct > 0))
        """)
    }
    if let verdict = filter.verdict {
      let column = SQL(sql: verdict.rawValue)  // One of five names of columns, none of which comes from outside.
      let at: SQL = filter.iteration.map { "AND iteration = \($0)" } ?? ""
      conditions.append(
        """
        EXISTS (SELECT 1 FROM cell WHERE problem = q.key \(at) AND (greedy = \(verdict.rawValue) OR \(column) > 0))
        """)
    }
    if !filter.search.isEmpty {
      let shift = IndexSchema.iterationBits + IndexSchema.pieceBits
      if let expression = SearchQuery(filter.search).expression {
        conditions.append(
          """
          (q.key IN (SELECT rowid >> \(shift) FROM search WHERE search MATCH \(expression)) OR q.id = \(filter.search))
          """)
      } else {
        conditions.append("q.id = \(filter.search)")
      }
    }
    let share: SQL = "(1.0 * b.kept_correct / NULLIF(b.kept, 0))"
    let change: SQL = "(1.0 * b.kept_correct / NULLIF(b.kept, 0) - 1.0 * a.kept_correct / NULLIF(a.kept, 0))"
    let order: SQL =
      switch filter.order {
      case .data: "q.key"
      case .rise: "\(change) IS NULL, \(change) DESC, q.key"
      case .fall: "\(change) IS NULL, \(change), q.key"
      case .narrowing:
        "(a.kept IS NULL OR b.kept IS NULL OR a.kept = 0 OR b.kept = 0), a.answers - b.answers DESC, a.chains - b.chains DESC, q.key"
      case .hardest: "\(share) IS NULL, \(share), q.key"
      }
    let joins: SQL = """
      FROM question q LEFT JOIN cell a ON a.problem = q.key AND a.iteration = 1
      LEFT JOIN cell b ON b.problem = q.key AND b.iteration = \(last)
      WHERE \(conditions.joined(separator: " AND "))
      ORDER BY \(order)
      """
    if keysOnly { return SQLRequest(literal: "SELECT q.key \(joins)") }
    let limit = QuestionFilter.pageSize
    return SQLRequest(
      literal: """
        SELECT q.*, COUNT(*) OVER () AS total \(joins) LIMIT \(limit) OFFSET \((filter.page - 1) * limit)
        """)
  }
}
