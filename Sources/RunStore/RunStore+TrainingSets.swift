import Core
import Foundation
import GRDB

extension RunStore {
  /// Stores D_t and marks its selection as done. The prompts must be those of the run's training problems.
  ///
  /// - Parameter answering: t of the model whose answers it was chosen from; nil where it holds human answers only.
  public func recordTrainingSet(_ rows: TrainingSet, iteration: Int, answering: Int? = nil) throws {
    let digest = try trainingSetDigest(rows)
    try write { database in
      let answers = answering.map { ("train_answers", Artifact.Kind.trainAnswers, $0) }
      try record(
        Artifact(
          iteration: iteration, kind: .trainingSet, digest: digest,
          madeOf: try digests([("problems", .problems, 0)] + (answers.map { [$0] } ?? []), database)), database)
      let insertion = try database.cachedStatement(
        sql: """
          INSERT INTO training_row (iteration, position, problem, completion, completion_token_ids, rejected,
            rejected_token_ids)
          VALUES (?, ?, (SELECT key FROM problem WHERE split = 'train' AND id = ?), ?, ?, ?, ?)
          """)
      func insert(_ position: Int, _ problem: ProblemID, _ completion: TrainingText, _ rejected: TrainingText?) throws {
        try insertion.execute(arguments: [
          iteration, position, problem.rawValue, Self.stored(completion.text),
          completion.tokenIDs.map(TokenBlob.encode), rejected.map { Self.stored($0.text) },
          rejected?.tokenIDs.map(TokenBlob.encode),
        ])
      }
      var questions: Set<ProblemID> = []
      switch rows {
      case .supervised(let rows):
        for (position, row) in rows.enumerated() {
          try insert(position, row.problemID, row.completion, nil)
          questions.insert(row.problemID)
        }
      case .preference(let rows):
        for (position, row) in rows.enumerated() {
          try insert(position, row.problemID, row.chosen, row.rejected)
          questions.insert(row.problemID)
        }
      }
      try Self.set("training_rows", Double(rows.count), iteration, database)
      try Self.set("training_questions", Double(questions.count), iteration, database)
      try advance(StageKey(iteration, .select), to: rows.count, of: rows.count, database)
    }
  }

  /// D_t in the order of training, or nil where it has not been selected yet.
  public func trainingSet(_ iteration: Int) throws -> TrainingSet? {
    try read { database in
      var supervised: [SupervisedRow] = []
      var preference: [PreferenceRow] = []
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT training_row.*, id, prompt FROM training_row JOIN problem ON problem.key = training_row.problem
          WHERE iteration = ? ORDER BY position
          """, arguments: [iteration])
      while let row = try rows.next() {
        let id = ProblemID(try row.decode(String.self, forColumn: "id"))
        let prompt: String = try row.decode(forColumn: "prompt")
        let completion = TrainingText(
          text: Self.text(try row.decode(forColumn: "completion")),
          tokenIDs: try tokenIDs(row.decode(forColumn: "completion_token_ids")))
        if let rejected: Data = try row.decode(forColumn: "rejected") {
          preference.append(
            PreferenceRow(
              problemID: id, prompt: prompt, chosen: completion,
              rejected: TrainingText(
                text: Self.text(rejected), tokenIDs: try tokenIDs(row.decode(forColumn: "rejected_token_ids")))))
        } else {
          supervised.append(SupervisedRow(problemID: id, prompt: prompt, completion: completion))
        }
      }
      if !preference.isEmpty { return .preference(preference) }
      return supervised.isEmpty ? nil : .supervised(supervised)
    }
  }
}
