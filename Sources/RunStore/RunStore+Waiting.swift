import Core
import Foundation
import GRDB

/// Answers that are finished and wait for their verdicts. They are kept one by one as they come; `append` stores a
/// chunk of them with its verdicts and removes them here in the same transaction.
extension RunStore {
  /// Keeps answers of M_t, and adds what they cost, in one transaction. An answer that is kept already stays as it is.
  public func keep(_ answers: [FinishedAnswers], split: Split, of key: StageKey) async throws {
    try await writeLater { database in
      let statement = try database.cachedStatement(
        sql: """
          INSERT INTO waiting (problem, iteration, decoding, sample_index, text, token_ids, token_count,
            finish_reason, log_probability)
          VALUES ((SELECT key FROM problem WHERE split = ? AND id = ?), ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (iteration, decoding, problem, sample_index) DO NOTHING
          """)
      for answer in answers.flatMap(\.completions) {
        try statement.execute(arguments: [
          split.rawValue, answer.problemID.rawValue, key.iteration, answer.decoding.rawValue, answer.sampleIndex,
          Self.stored(answer.text), answer.tokenIDs.map(TokenBlob.encode), answer.tokenCount,
          answer.finishReason?.rawValue, answer.logProbability,
        ])
      }
      let usage = answers.compactMap(\.usage)
      guard !usage.isEmpty else { return }
      let sum = usage.reduce(TokenUsage(), +)
      try database.execute(
        sql: """
          INSERT INTO token_usage (iteration, stage, prompt_tokens, completion_tokens) VALUES (?, ?, ?, ?)
          ON CONFLICT (iteration, stage) DO UPDATE SET prompt_tokens = prompt_tokens + excluded.prompt_tokens,
            completion_tokens = completion_tokens + excluded.completion_tokens
          """, arguments: [key.iteration, key.stage.rawValue, sum.promptTokens, sum.completionTokens])
    }
  }

  /// The answers of M_t to a split that wait, by problem in the order of the data set and then by sample index.
  public func waitingAnswers(_ split: Split, iteration: Int, decoding: Decoding) throws -> [Completion] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT waiting.*, problem.id AS id FROM waiting JOIN problem ON problem.key = waiting.problem
          WHERE split = ? AND iteration = ? AND decoding = ? ORDER BY problem.key, sample_index
          """, arguments: [split.rawValue, iteration, decoding.rawValue]
      ).map { row in
        let finishReason: String? = try row.decode(forColumn: "finish_reason")
        return Completion(
          problemID: ProblemID(try row.decode(String.self, forColumn: "id")),
          sampleIndex: try row.decode(forColumn: "sample_index"), decoding: decoding,
          text: Self.text(try row.decode(forColumn: "text")),
          tokenIDs: try tokenIDs(row.decode(forColumn: "token_ids")),
          finishReason: finishReason.flatMap(FinishReason.init(rawValue:)),
          tokenCount: try row.decode(forColumn: "token_count"),
          logProbability: try row.decode(forColumn: "log_probability"))
      }
    }
  }

  /// How many finished answers wait for their verdicts; none in a run of a version without servers.
  public func waitingAnswerCount() throws -> Int {
    try read { database in
      guard try database.tableExists("waiting") else { return 0 }
      return try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM waiting") ?? 0
    }
  }

  /// What servers counted for the whole run so far; nil where none was asked, and in a run of a version without servers.
  public func tokenUsage() throws -> TokenUsage? {
    try read { database in
      guard try database.tableExists("token_usage"),
        let row = try Row.fetchOne(
          database,
          sql: "SELECT SUM(prompt_tokens) AS prompt, SUM(completion_tokens) AS completion FROM token_usage"),
        let promptTokens = try row.decode(Int?.self, forColumn: "prompt"),
        let completionTokens = try row.decode(Int?.self, forColumn: "completion")
      else { return nil }
      return TokenUsage(promptTokens: promptTokens, completionTokens: completionTokens)
    }
  }

  /// Removes what waits no more, because it has its verdict.
  static func removeJudged(iteration: Int, _ database: Database) throws {
    try database.execute(
      sql: """
        DELETE FROM waiting WHERE iteration = ? AND EXISTS (
          SELECT 1 FROM completion WHERE completion.problem = waiting.problem
            AND completion.iteration = waiting.iteration AND completion.decoding = waiting.decoding
            AND completion.sample_index = waiting.sample_index)
        """, arguments: [iteration])
  }
}
