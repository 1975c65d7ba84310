import Core
import Foundation
import GRDB
import RunStore

extension BrowseIndex {
  /// M_1's accuracy in fifths, as the audit divides it; the hardest first.
  static let accuracyBins = ["0–0.2", "0.2–0.4", "0.4–0.6", "0.6–0.8", "0.8–1"]

  /// The figures of every iteration from what is taken in so far.
  func iterationFigures() throws -> [RunFigures.Iteration] {
    try pool.read { database in
      var figures: [Int: RunFigures.Iteration] = [:]
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT q.split, c.iteration, COUNT(c.greedy), TOTAL(c.greedy = 'correct'),
            TOTAL(CASE WHEN q.evaluated THEN c.kept END), TOTAL(CASE WHEN q.evaluated THEN c.kept_correct END),
            AVG(CASE WHEN q.evaluated THEN c.distinct_n END), AVG(CASE WHEN q.evaluated THEN c.distinct_correct END),
            AVG(CASE WHEN q.evaluated THEN c.distinct_incorrect END),
            AVG(CASE WHEN q.evaluated THEN c.equations_correct END),
            AVG(CASE WHEN q.evaluated THEN c.tokens END),
            TOTAL(CASE WHEN q.evaluated THEN c.cut END) / NULLIF(TOTAL(CASE WHEN q.evaluated THEN c.ended END), 0),
            TOTAL(a.greedy <> 'correct' AND c.greedy = 'correct'), TOTAL(a.greedy = 'correct' AND c.greedy <> 'correct')
          FROM cell c JOIN question q ON q.key = c.problem
          LEFT JOIN cell a ON a.problem = c.problem AND a.iteration = 1
          GROUP BY q.split, c.iteration
          """)
      while let row = try rows.next() {
        let iteration: Int = row[1]
        func share(_ correct: Int, _ count: Int) -> RunFigures.Share {
          RunFigures.Share(correct: Int(row[correct] as Double), count: Int(row[count] as Double))
        }
        var figure = figures[iteration] ?? RunFigures.Iteration(iteration: iteration)
        let greedy = RunFigures.Share(correct: Int(row[3] as Double), count: row[2])
        switch Split(rawValue: row[0]) {
        case .test:
          figure.greedy = greedy
          figure.sampled = share(5, 4)
          figure.distinctN = row[6]
          figure.distinctCorrect = row[7]
          figure.distinctIncorrect = row[8]
          figure.equationsCorrect = row[9]
          figure.tokens = row[10]
          figure.cut = row[11]
          figure.improved = Int(row[12] as Double)
          figure.lost = Int(row[13] as Double)
        case .outOfDistribution: figure.outOfDistribution = greedy
        case .train: figure.training = share(5, 4)
        case nil: break
        }
        figures[iteration] = figure
      }
      return figures.values.sorted { $0.iteration < $1.iteration }
    }
  }

  /// Takes in what D_t is made of, once it stands and M_1's answers to the training questions are in.
  func compose(_ iteration: Int) throws {
    let isKnown = try pool.read {
      try Bool.fetchOne(
        $0, sql: "SELECT EXISTS (SELECT 1 FROM composition WHERE iteration = ?)", arguments: [iteration]) ?? false
    }
    if isKnown { return }
    let rows = try reader.trainingRows(iteration)
    try pool.write { database in
      let bin = try database.cachedStatement(
        sql: """
          SELECT q.level, c.samples, c.correct FROM question q
          LEFT JOIN cell c ON c.problem = q.key AND c.iteration = 1 WHERE q.key = ?
          """)
      var counts: [[String]: Int] = [:]
      for entry in rows {
        guard let row = try Row.fetchOne(bin, arguments: [entry.problem]) else { continue }
        if let level: String = row[0] { counts[["level", level], default: 0] += entry.rows }
        if let samples: Int = row[1], samples > 0 {
          let correct: Int = row[2]
          let name = Self.accuracyBins[min(Self.accuracyBins.count - 1, Self.accuracyBins.count * correct / samples)]
          counts[["accuracy", name], default: 0] += entry.rows
        }
      }
      for (name, rows) in counts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        try database.execute(
          sql: "INSERT OR REPLACE INTO composition (iteration, kind, bin, rows) VALUES (?, ?, ?, ?)",
          arguments: [iteration, name[0], name[1], rows])
      }
    }
  }

  /// - Parameter kind: `accuracy` or `level`.
  func compositions(_ kind: String) throws -> [RunFigures.Composition] {
    try pool.read { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT iteration, bin, rows FROM composition WHERE kind = ? ORDER BY iteration",
        arguments: [kind])
      let names =
        kind == "accuracy"
        ? Self.accuracyBins
        : Set(rows.map { $0[1] as String }).sorted { $0.compare($1, options: .numeric) == .orderedAscending }
      let byIteration = Dictionary(grouping: rows) { $0[0] as Int }
      return byIteration.sorted { $0.key < $1.key }.map { iteration, rows in
        let counts = Dictionary(rows.map { ($0[1] as String, $0[2] as Int) }) { first, _ in first }
        return RunFigures.Composition(
          iteration: iteration, bins: names.map { RunFigures.Composition.Bin(name: $0, rows: counts[$0] ?? 0) })
      }
    }
  }
}
