import Audit
import Core
import Foundation
import GRDB
import RunStore
import Synchronization

/// What of a run's samples counts for diversity: of every question equally many, of the same questions in every iteration.
public struct EvaluationSamples: Sendable {
  /// Test questions; nil for all.
  public let questions: Set<ProblemID>?
  /// The first ones of each question.
  public let samples: Int

  public init(questions: Set<ProblemID>?, samples: Int) {
    self.questions = questions
    self.samples = samples
  }
}

/// Summaries of a run's questions and an index of its texts, in a file of its own that can be thrown away.
///
/// `grow()` takes in what the run has stored since, a bounded piece at a time: neither memory nor a transaction on the run
/// grows with the run. One thread grows it while others read.
final class BrowseIndex: Sendable {
  let reader: RunReader
  let pool: DatabasePool
  private let file: IndexFile
  private let evaluation: EvaluationSamples
  let state = Mutex(State())
  private let measures = Mutex(SampleDiversityReader())

  struct State: Sendable {
    /// Answers taken in, and stored in the run when last looked.
    var indexed: Int64 = 0
    var stored: Int64 = 0
    /// Goes up with every piece that is taken in.
    var revision = 0

    var isComplete: Bool { indexed >= stored }
  }

  /// Answers and bytes of text taken in at a time.
  static let pieceLimit = 4_000
  static let pieceBytes = 4 << 20
  /// Bytes of an answer that are searched and measured.
  static let textLimit = 64 << 10

  init(_ reader: RunReader, evaluation: EvaluationSamples, file: IndexFile) throws {
    self.reader = reader
    self.evaluation = evaluation
    self.file = file
    let manifest = reader.manifest
    let run = [
      reader.folder.resolvingSymlinksInPath().path, "\(manifest.createdAt.timeIntervalSince1970)",
      manifest.settingsDigest, "\(evaluation.samples) \(evaluation.questions?.count ?? -1)",
    ].joined(separator: "\n")
    pool = try file.open(run)
    // A number that is shown only; what is indexed is read again before anything is taken in.
    state.withLock { $0.indexed = (try? pool.read { try Self.position($0).answer }) ?? 0 }
  }

  /// Takes in the next piece of what the run has stored.
  ///
  /// - Returns: Whether anything new was found.
  func grow() throws -> Bool {
    if try growQuestions() { return true }
    let position = try pool.read(Self.position)
    // The answers of a first iteration can be replaced by those of another run's: then everything is taken in again.
    if position.answer > 0, try reader.identity(of: position.answer) != position.identity {
      try pool.write { database in
        try database.execute(
          sql: """
            DELETE FROM cell; DELETE FROM composition; DELETE FROM question;
            INSERT INTO search (search) VALUES ('delete-all');
            UPDATE source SET last_answer = 0, last_identity = NULL, last_problem = -1
            """)
      }
      // A number that is shown only; what is indexed is read again before anything is taken in.
      state.withLock { $0.indexed = 0 }
      return true
    }
    let stored = try reader.progress().lastAnswer
    state.withLock { $0.stored = stored }
    let answers = try reader.answers(
      after: position.answer, limit: Self.pieceLimit, bytes: Self.pieceBytes, textLimit: Self.textLimit)
    guard let last = answers.last else { return false }
    let identity = try reader.identity(of: last.position)
    let cells = try cells(of: answers)
    try pool.write { database in
      for cell in cells { try Self.store(cell, database) }
      try database.execute(
        sql: "UPDATE source SET last_answer = ?, last_identity = ?", arguments: [last.position, identity])
    }
    state.withLock {
      $0.indexed = last.position
      $0.stored = max($0.stored, last.position)
      $0.revision += 1
    }
    return true
  }

  private static func position(_ database: Database) throws -> (answer: Int64, identity: String?, problem: Int) {
    guard let row = try Row.fetchOne(database, sql: "SELECT last_answer, last_identity, last_problem FROM source")
    else {
      return (0, nil, -1)
    }
    return (row[0], row[1], row[2])
  }

  // MARK: Questions

  private func growQuestions() throws -> Bool {
    let position = try pool.read(Self.position)
    let problems = try reader.problems(after: position.problem, limit: 1_000)
    guard let last = problems.last else { return false }
    try pool.write { database in
      for problem in problems {
        let content = problem.content.problem
        let isEvaluated =
          problem.content.split != .test || (evaluation.questions.map { $0.contains(content.id) } ?? true)
        try database.execute(
          sql: """
            INSERT OR REPLACE INTO question (key, split, id, task, level, excerpt, evaluated) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            problem.key, problem.content.split.rawValue, content.id.rawValue, content.task, content.group,
            Self.excerpt(content.question), isEvaluated,
          ])
        if let document = IndexSchema.document(problem: problem.key, iteration: 0, piece: 0) {
          let text = String(content.question.prefix(Self.textLimit))
          try database.execute(
            sql: "INSERT INTO search (rowid, text) VALUES (?, ?)", arguments: [document, Self.stored(text)])
        }
      }
      try database.execute(sql: "UPDATE source SET last_problem = ?", arguments: [last.key])
    }
    state.withLock { $0.revision += 1 }
    return true
  }

  private static func excerpt(_ text: String) -> String {
    let line = text.prefix(400).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return stored(line.count > 220 ? line.prefix(219) + "…" : line)
  }

  /// SQLite ends a text at its first NUL.
  private static func stored(_ text: String) -> String { text.replacing("\0", with: "\u{2400}") }

  // MARK: Cells

  private struct Key: Hashable {
    let problem: Int
    let iteration: Int
  }

  /// What is stored of one question and model, and the texts that came since.
  struct Cell {
    let problem: Int
    let iteration: Int
    let summary: CellSummary
    let piece: Int
    let newText: String
  }

  private func cells(of answers: [ObservedAnswer]) throws -> [Cell] {
    var order: [Key] = []
    var fresh: [Key: [ObservedAnswer]] = [:]
    for answer in answers {
      let key = Key(problem: answer.problem, iteration: answer.iteration)
      if fresh[key] == nil { order.append(key) }
      fresh[key, default: []].append(answer)
    }
    let known = try pool.read { database in
      let statement = try database.cachedStatement(sql: "SELECT pieces FROM cell WHERE problem = ? AND iteration = ?")
      return try order.map { try Int.fetchOne(statement, arguments: [$0.problem, $0.iteration]) }
    }
    let evaluated = try pool.read { database in
      let statement = try database.cachedStatement(sql: "SELECT split, evaluated FROM question WHERE key = ?")
      return try order.map { key -> Int in
        guard let row = try Row.fetchOne(statement, arguments: [key.problem]) else { return .max }
        return row["split"] == Split.test.rawValue ? evaluation.samples : .max
      }
    }
    func summary(_ answers: [ObservedAnswer], _ limit: Int) throws -> CellSummary {
      try measures.withLock { try CellSummary(answers, evaluating: limit, &$0) }
    }
    // Of some of them something was known before: then what has just come is not all.
    let places = order.indices.filter { known[$0] != nil }
    let wholes = try reader.forEach(
      places.map { (order[$0].problem, order[$0].iteration) }, textLimit: Self.textLimit
    ) { try summary($1, evaluated[places[$0]]) }
    let again = Dictionary(uniqueKeysWithValues: zip(places, wholes))
    let cells = try order.indices.map { place in
      let key = order[place]
      let news = fresh[key] ?? []
      return Cell(
        problem: key.problem, iteration: key.iteration, summary: try again[place] ?? summary(news, evaluated[place]),
        piece: known[place] ?? 0, newText: Self.searched(news))
    }
    // Documents in ascending order are written in one go.
    return cells.sorted { ($0.problem, $0.iteration) < ($1.problem, $1.iteration) }
  }

  /// Every different text once, with a word between them that no phrase reaches across.
  private static func searched(_ answers: [ObservedAnswer]) -> String {
    var seen: Set<String> = []
    var texts: [String] = []
    for answer in answers where seen.insert(answer.judged.completion.text).inserted {
      texts.append(stored(answer.judged.completion.text))
    }
    return texts.joined(separator: "\nreversalendofanswer\n")
  }

  private static func store(_ cell: Cell, _ database: Database) throws {
    let s = cell.summary
    let statement = try database.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO cell (problem, iteration, greedy, samples, correct, incorrect, unparsed, timeout, error,
          kept, kept_correct, answers, chains, tokens, cut, ended, distinct_n, distinct_correct, distinct_incorrect, equations_correct,
          equations_incorrect, pieces)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      cell.problem, cell.iteration, s.greedy?.rawValue, s.samples, s.counts[.correct] ?? 0, s.counts[.incorrect] ?? 0,
      s.counts[.unparsed] ?? 0, s.counts[.timeout] ?? 0, s.counts[.error] ?? 0, s.kept, s.keptCorrect, s.answers,
      s.chains, s.tokens, s.cut,
      s.ended, s.diversity?.all.distinctN, s.diversity?.correct.distinctN, s.diversity?.incorrect.distinctN,
      s.diversity?.correct.distinctEquations, s.diversity?.incorrect.distinctEquations, cell.piece + 1,
    ])
    guard
      let document = IndexSchema.document(problem: cell.problem, iteration: cell.iteration, piece: cell.piece)
    else {
      throw InputError("the run has more questions, iterations or parts than a browse index holds")
    }
    try database.cachedStatement(sql: "INSERT INTO search (rowid, text) VALUES (?, ?)").execute(
      arguments: [document, cell.newText])
  }
}
