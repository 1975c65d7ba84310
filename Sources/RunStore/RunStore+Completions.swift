import Core
import Foundation
import GRDB

extension RunStore {
  /// Stores a stage's next answers and how far it is by that, in one transaction.
  ///
  /// - Parameters:
  ///   - done: Questions of the stage answered, these included; the stage is finished when it equals `total`.
  public func append(_ answers: [JudgedCompletion], split: Split, to key: StageKey, done: Int, total: Int) throws {
    try write { database in
      let statement = try database.cachedStatement(
        sql: """
          INSERT INTO completion (problem, iteration, decoding, sample_index, text, token_ids, token_count,
            finish_reason, log_probability, verdict, extracted, strict, reason)
          VALUES ((SELECT key FROM problem WHERE split = ? AND id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """)
      for answer in answers {
        let completion = answer.completion
        try statement.execute(arguments: [
          split.rawValue, completion.problemID.rawValue, key.iteration, completion.decoding.rawValue,
          completion.sampleIndex, Self.stored(completion.text), completion.tokenIDs.map(TokenBlob.encode),
          completion.tokenCount, completion.finishReason?.rawValue, completion.logProbability,
          answer.verdict.outcome.rawValue, answer.verdict.extracted.map(Self.stored),
          answer.verdict.strict?.rawValue, answer.verdict.reason.map(Self.stored),
        ])
      }
      try Self.removeJudged(iteration: key.iteration, database)
      try advance(key, to: done, of: total, database)
      if done == total { try recordAnswers(split, iteration: key.iteration, database) }
    }
  }

  /// The answers of M_t to a split, by problem in the order of the data set and then by sample index.
  ///
  /// - Parameter samples: Only samples with these indices. M_1 has more samples of the test questions it fails than of
  ///   the others; `0 ..< evaluation.samples` gives every question of the subset the same number.
  public func judgedCompletions(
    _ split: Split, iteration: Int, decoding: Decoding, samples: Range<Int> = 0..<Int.max
  ) throws -> [JudgedCompletion] {
    var answers: [JudgedCompletion] = []
    try forEachProblem(split, iteration: iteration, decoding: decoding) { _, ofProblem in
      answers += ofProblem.filter { samples.contains($0.completion.sampleIndex) }
    }
    return answers
  }

  /// Calls `body` with every problem that M_t answered and its answers, one problem in memory at a time, in the order of
  /// the data set. `body` must not call the store.
  public func forEachProblem(
    _ split: Split, iteration: Int, decoding: Decoding, _ body: (RunProblem, [JudgedCompletion]) throws -> Void
  ) throws {
    try read { try forEachProblem(split, iteration: iteration, decoding: decoding, $0, body) }
  }

  func forEachProblem(
    _ split: Split, iteration: Int, decoding: Decoding, _ database: Database,
    _ body: (RunProblem, [JudgedCompletion]) throws -> Void
  ) throws {
    let problems = try Row.fetchCursor(
      database, sql: "SELECT * FROM problem WHERE split = ? ORDER BY key", arguments: [split.rawValue])
    let answers = try database.cachedStatement(
      sql: """
        SELECT * FROM completion WHERE problem = ? AND iteration = ? AND decoding = ? ORDER BY sample_index
        """)
    while let row = try problems.next() {
      let problem = try Self.problem(from: row, split: split)
      let key: Int = try row.decode(forColumn: "key")
      let found = try Row.fetchAll(answers, arguments: [key, iteration, decoding.rawValue])
      if !found.isEmpty {
        try body(problem, try found.map { try self.answer(from: $0, problem: problem.problem.id) })
      }
    }
  }

  /// The sampled answers of M_t to some questions, in the order of `ids`; empty for a question without any.
  public func sampledAnswers(
    _ split: Split, iteration: Int, to ids: [ProblemID], samples: Range<Int>
  ) throws -> [[JudgedCompletion]] {
    try read { database in
      let statement = try database.cachedStatement(
        sql: """
          SELECT completion.* FROM problem JOIN completion ON completion.problem = problem.key
          WHERE split = ? AND id = ? AND iteration = ? AND decoding = 'sampled' AND sample_index >= ? AND sample_index < ?
          ORDER BY sample_index
          """)
      return try ids.map { id in
        try Row.fetchAll(
          statement,
          arguments: [split.rawValue, id.rawValue, iteration, samples.lowerBound, samples.upperBound]
        ).map { try self.answer(from: $0, problem: id) }
      }
    }
  }

  /// How many greedy answers of each iteration are correct. An iteration appears once all of them are in.
  public func greedyAccuracy(_ split: Split) throws -> [(iteration: Int, correct: Int, count: Int)] {
    guard split != .train else { return [] }
    let stage: Stage = split == .test ? .evaluateTest : .evaluateOutOfDistribution
    return try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT completion.iteration AS iteration, SUM(verdict = 'correct') AS correct, COUNT(*) AS count
          FROM problem JOIN completion ON completion.problem = problem.key
          JOIN stage ON stage.iteration = completion.iteration AND stage.name = ? AND stage.finished_at IS NOT NULL
          WHERE split = ? AND decoding = 'greedy'
          GROUP BY completion.iteration ORDER BY completion.iteration
          """, arguments: [stage.rawValue, split.rawValue]
      ).map {
        (
          try $0.decode(forColumn: "iteration"), try $0.decode(forColumn: "correct"), try $0.decode(forColumn: "count")
        )
      }
    }
  }

  /// One question with the answers of every iteration side by side, or nil where the split has no such question.
  ///
  /// - Parameter samples: At most so many sampled answers an iteration, the first ones.
  public func caseStudy(_ id: ProblemID, split: Split = .test, samples: Int) throws -> CaseStudy? {
    try read { database in
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT * FROM problem WHERE split = ? AND id = ?", arguments: [split.rawValue, id.rawValue])
      else { return nil }
      let rows = try Row.fetchAll(
        database, sql: "SELECT * FROM completion WHERE problem = ? ORDER BY iteration, decoding, sample_index",
        arguments: [try row.decode(Int.self, forColumn: "key")])
      var iterations: [Int: (greedy: JudgedCompletion?, sampled: [JudgedCompletion])] = [:]
      for row in rows {
        let answer = try self.answer(from: row, problem: id)
        let iteration: Int = try row.decode(forColumn: "iteration")
        switch answer.completion.decoding {
        case .greedy: iterations[iteration, default: (nil, [])].greedy = answer
        case .sampled where iterations[iteration, default: (nil, [])].sampled.count < samples:
          iterations[iteration, default: (nil, [])].sampled.append(answer)
        case .sampled: break
        }
      }
      return CaseStudy(
        problem: try Self.problem(from: row, split: split).problem,
        iterations: iterations.sorted { $0.key < $1.key }.map {
          CaseStudy.Iteration(iteration: $0.key, greedy: $0.value.greedy, samples: $0.value.sampled)
        })
    }
  }

  /// A text as a database value. SQLite would end a text at its first NUL; a blob it keeps whole.
  static func stored(_ text: String) -> any DatabaseValueConvertible {
    text.utf8.contains(0) ? Data(text.utf8) : text
  }

  static func text(_ value: Data) -> String { String(decoding: value, as: UTF8.self) }

  func tokenIDs(_ blob: Data?) throws -> [Int]? {
    guard let blob else { return nil }
    guard let tokenIDs = TokenBlob.decode(blob) else {
      throw RunError(.damaged, file: databaseFile.path, "the token ids of an answer cannot be read; restore the run")
    }
    return tokenIDs
  }

  private func answer(from row: Row, problem: ProblemID) throws -> JudgedCompletion {
    guard let decoding = Decoding(rawValue: try row.decode(forColumn: "decoding")),
      let outcome = Verdict.Outcome(rawValue: try row.decode(forColumn: "verdict"))
    else {
      throw RunError(
        .damaged, file: databaseFile.path, "an answer to '\(problem)' has an unknown verdict; restore the run")
    }
    let finishReason: String? = try row.decode(forColumn: "finish_reason")
    let completion = Completion(
      problemID: problem, sampleIndex: try row.decode(forColumn: "sample_index"), decoding: decoding,
      text: Self.text(try row.decode(forColumn: "text")), tokenIDs: try tokenIDs(row.decode(forColumn: "token_ids")),
      finishReason: finishReason.flatMap(FinishReason.init(rawValue:)),
      tokenCount: try row.decode(forColumn: "token_count"),
      logProbability: try row.decode(forColumn: "log_probability"))
    let extracted: Data? = try row.decode(forColumn: "extracted")
    let strict: String? = try row.decode(forColumn: "strict")
    let reason: Data? = try row.decode(forColumn: "reason")
    let verdict = Verdict(
      outcome, extracted: extracted.map(Self.text), strict: strict.flatMap(Verdict.Outcome.init(rawValue:)),
      reason: reason.map(Self.text))
    return JudgedCompletion(completion: completion, verdict: verdict)
  }
}
