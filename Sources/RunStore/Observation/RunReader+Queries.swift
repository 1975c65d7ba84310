import Core
import Foundation
import GRDB

extension RunReader {
  public func progress() throws -> RunProgress {
    try read { database in
      var metrics: [Int: [String: Double]] = [:]
      for row in try Row.fetchAll(database, sql: "SELECT iteration, name, value FROM metric") {
        let iteration: Int = try row.decode(atIndex: 0)
        let name: String = try row.decode(atIndex: 1)
        metrics[iteration, default: [:]][name] = try row.decode(Double.self, atIndex: 2)
      }
      return RunProgress(
        stages: try Row.fetchAll(database, sql: "SELECT * FROM stage ORDER BY position").map(stage), metrics: metrics,
        lastAnswer: try Int64.fetchOne(database, sql: "SELECT MAX(rowid) FROM completion") ?? 0)
    }
  }

  /// At most `limit` problems whose key lies above `key`, ascending.
  public func problems(after key: Int, limit: Int) throws -> [ObservedProblem] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM problem WHERE key > ? ORDER BY key LIMIT ?", arguments: [key, limit]
      ).map(Self.problem)
    }
  }

  public func problem(_ key: Int) throws -> ObservedProblem? {
    try read { database in
      try Row.fetchOne(database, sql: "SELECT * FROM problem WHERE key = ?", arguments: [key]).map(Self.problem)
    }
  }

  /// The next answers after `position` in the order in which they were stored.
  ///
  /// - Parameters:
  ///   - bytes: No further answer is read once the texts have so many; the first is read always.
  ///   - textLimit: Bytes of each text that are read.
  public func answers(
    after position: Int64, limit: Int, bytes: Int, textLimit: Int
  ) throws -> [ObservedAnswer] {
    try read { database in
      let rows = try Row.fetchCursor(
        database, sql: Self.selection + " WHERE rowid > ? ORDER BY rowid LIMIT ?",
        arguments: [textLimit, position, limit])
      var answers: [ObservedAnswer] = []
      var read = 0
      while read < bytes, let row = try rows.next() {
        let answer = try self.answer(from: row)
        answers.append(answer)
        read += answer.judged.completion.text.utf8.count + 200
      }
      return answers
    }
  }

  /// The answers to a problem: by iteration, the greedy one first, then by sample index.
  ///
  /// - Parameters:
  ///   - limit: Sampled answers an iteration, the first ones.
  ///   - textLimit: Bytes of each text that are read.
  public func answers(
    to problem: Int, iteration: Int? = nil, limit: Int, textLimit: Int
  ) throws -> [ObservedAnswer] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: Self.selection + """
           WHERE problem = ? AND (? IS NULL OR iteration = ?)
             AND (decoding = 'greedy' OR sample_index < ?)
           ORDER BY iteration, decoding, sample_index
          """,
        arguments: [textLimit, problem, iteration, iteration, limit]
      ).map { try self.answer(from: $0) }
    }
  }

  /// What `body` makes of all answers of M_t to a problem, for each pair of a problem and an iteration; one pair's answers in
  /// memory at a time. `body` may be called again for the same pair.
  ///
  /// - Parameter textLimit: Bytes of each text that are read.
  public func forEach<Value>(
    _ pairs: [(problem: Int, iteration: Int)], textLimit: Int, _ body: (_ place: Int, [ObservedAnswer]) throws -> Value
  ) throws -> [Value] {
    try read { database in
      let statement = try database.cachedStatement(
        sql: Self.selection + " WHERE problem = ? AND iteration = ? ORDER BY decoding, sample_index")
      return try pairs.enumerated().map { place, pair in
        let rows = try Row.fetchAll(statement, arguments: [textLimit, pair.problem, pair.iteration])
        return try body(place, rows.map { try self.answer(from: $0) })
      }
    }
  }

  /// The place of an answer, by which it is seen whether a database is still the one it was.
  public func identity(of position: Int64) throws -> String? {
    try read { database in
      try String.fetchOne(
        database,
        sql: """
          SELECT problem || ' ' || iteration || ' ' || decoding || ' ' || sample_index FROM completion WHERE rowid = ?
          """,
        arguments: [position])
    }
  }

  /// The rows of D_t by the key of their problem.
  public func trainingRows(_ iteration: Int) throws -> [(problem: Int, rows: Int)] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT problem, COUNT(*) FROM training_row WHERE iteration = ? GROUP BY problem",
        arguments: [iteration]
      ).map { (try $0.decode(atIndex: 0), try $0.decode(atIndex: 1)) }
    }
  }

  /// SQLite takes a length of 32 bits, and no text is longer.
  private static let wholeText = Int(Int32.max)

  private static let selection = """
    SELECT rowid, problem, iteration, decoding, sample_index, substr(CAST(text AS BLOB), 1, ?),
      length(CAST(text AS BLOB)), token_count, finish_reason, log_probability, verdict, extracted
    FROM completion
    """

  private static func problem(from row: Row) throws -> ObservedProblem {
    guard let split = Split(rawValue: try row.decode(forColumn: "split")) else {
      throw InputError("the run has a part of its data that this reversal does not know; update reversal")
    }
    return ObservedProblem(
      key: try row.decode(forColumn: "key"), content: try RunStore.problem(from: row, split: split))
  }

  private func stage(_ row: Row) throws -> StageRecord {
    let name: String = try row.decode(forColumn: "name")
    guard let stage = Stage(rawValue: name) else {
      throw InputError(
        file: folder.path, "has a stage '\(name)' that this reversal does not know; update reversal")
    }
    let finishedAt: String? = try row.decode(forColumn: "finished_at")
    return StageRecord(
      key: StageKey(try row.decode(forColumn: "iteration"), stage), done: try row.decode(forColumn: "done"),
      total: try row.decode(forColumn: "total"), unit: try row.decode(forColumn: "unit"),
      // When it was finished is for people, and a clock may say anything.
      finishedAt: finishedAt.map { (try? Date($0, strategy: .iso8601)) ?? .distantPast })
  }

  private func answer(from row: Row) throws -> ObservedAnswer {
    guard let decoding = Decoding(rawValue: try row.decode(atIndex: 3)),
      let outcome = Verdict.Outcome(rawValue: try row.decode(atIndex: 10))
    else {
      throw RunError(.damaged, file: folder.path, "an answer has an unknown verdict; restore the run from a copy")
    }
    let text: Data = try row.decode(atIndex: 5)
    let finishReason: String? = try row.decode(atIndex: 8)
    let extracted: Data? = try row.decode(atIndex: 11)
    let problem: Int = try row.decode(atIndex: 1)
    return ObservedAnswer(
      position: try row.decode(atIndex: 0), problem: problem, iteration: try row.decode(atIndex: 2),
      judged: JudgedCompletion(
        completion: Completion(
          // The key stands for the id, which is the problem's own and is looked up once.
          problemID: ProblemID(String(problem)), sampleIndex: try row.decode(atIndex: 4), decoding: decoding,
          text: RunStore.text(Self.wholeCharacters(text)),
          finishReason: finishReason.flatMap(FinishReason.init(rawValue:)),
          tokenCount: try row.decode(atIndex: 7), logProbability: try row.decode(atIndex: 9)),
        verdict: Verdict(outcome, extracted: extracted.map(RunStore.text))),
      byteCount: try row.decode(atIndex: 6))
  }

  /// Without the beginning of a character that was cut at the end.
  private static func wholeCharacters(_ bytes: Data) -> Data {
    var end = bytes.endIndex
    var looked = 0
    while end > bytes.startIndex, looked < 4, bytes[end - 1] & 0xC0 == 0x80 {
      end -= 1
      looked += 1
    }
    guard end > bytes.startIndex, bytes[end - 1] & 0xC0 == 0xC0 else { return bytes }
    let first = bytes[end - 1]
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    return looked + 1 < length ? bytes[..<(end - 1)] : bytes
  }
}

extension RunReader {
  /// The next answers of M_t to a problem, whole, by sample index from the one after `index`.
  public func answers(
    to problem: Int, iteration: Int, decoding: Decoding, after index: Int, limit: Int
  ) throws -> [ObservedAnswer] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: Self.selection + """
           WHERE problem = ? AND iteration = ? AND decoding = ? AND sample_index > ? ORDER BY sample_index LIMIT ?
          """,
        arguments: [Self.wholeText, problem, iteration, decoding.rawValue, index, limit]
      ).map { try self.answer(from: $0) }
    }
  }
}
