import Core

/// What of a run is written out as JSON Lines.
public enum RunExport: Sendable, Hashable {
  /// The public sample format with `correct`, `verdict`, `extracted`, `iteration` and `split`; nil takes all.
  case completions(iteration: Int?, split: Split?)
  /// The rows that supervised and preference training read, with `problem_id`; with the tokens that were sampled, which
  /// training goes by, where these are asked for.
  case trainingSet(iteration: Int, tokenIDs: Bool)
  /// The public problem format with `split` and `prompt`, the text that the model reads; nil takes all.
  case problems(split: Split?)
  /// The digest of everything the run was given and made, and the environments that made it.
  case lineage

  /// Calls `body` with every line, without its newline, in a fixed order.
  ///
  /// - Throws: `InputError` for an iteration that the run does not have.
  public func lines(of store: RunStore, _ body: (String) throws -> Void) throws {
    switch self {
    case .completions(let iteration, let split):
      if let iteration { try Self.refuseUnknown(iteration, in: store) }
      for iteration in iteration.map({ [$0] }) ?? Array(1...store.manifest.iterations) {
        for split in split.map({ [$0] }) ?? Split.allCases {
          for decoding in [Decoding.greedy, .sampled] {
            try store.forEachProblem(split, iteration: iteration, decoding: decoding) { _, answers in
              for answer in answers { try body(Self.line(of: answer, iteration: iteration, split: split)) }
            }
          }
        }
      }
    case .trainingSet(let iteration, let tokenIDs):
      try Self.refuseUnknown(iteration, in: store)
      guard let rows = try store.trainingSet(iteration) else {
        throw InputError(
          file: store.folder.path, "training set \(iteration) is not chosen yet; go on with `reversal resume` first")
      }
      try Self.forEachLine(of: rows, withTokenIDs: tokenIDs, body)
    case .problems(let split):
      for split in split.map({ [$0] }) ?? Split.allCases {
        for problem in try store.problems(split) {
          try body(Self.line(of: problem))
        }
      }
    case .lineage:
      for artifact in try store.artifacts() { try body(JSONLines.line(artifact)) }
      for record in try store.environments() {
        try body(
          JSONLines.line(EnvironmentLine(environment: record.environment, stages: record.stages.map(\.description))))
      }
    }
  }

  package static func line(of answer: JudgedCompletion, iteration: Int, split: Split) throws -> String {
    try JSONLines.line(CompletionRow(answer: answer, iteration: iteration, split: split))
  }

  static func line(of problem: RunProblem) throws -> String { try JSONLines.line(ProblemLine(problem: problem)) }

  static func forEachLine(
    of rows: TrainingSet, withTokenIDs: Bool, _ body: (String) throws -> Void
  ) throws {
    switch rows {
    case .supervised(let rows):
      for row in rows { try body(JSONLines.line(SupervisedLine(row, withTokenIDs: withTokenIDs))) }
    case .preference(let rows):
      for row in rows { try body(JSONLines.line(PreferenceLine(row, withTokenIDs: withTokenIDs))) }
    }
  }

  private static func refuseUnknown(_ iteration: Int, in store: RunStore) throws {
    guard (1...store.manifest.iterations).contains(iteration) else {
      throw InputError(
        file: store.folder.path, "has no iteration \(iteration); give one from 1 to \(store.manifest.iterations)")
    }
  }
}

private struct CompletionRow: Encodable {
  let answer: JudgedCompletion
  let iteration: Int
  let split: Split

  enum CodingKeys: String, CodingKey { case correct, iteration, split }

  func encode(to encoder: any Encoder) throws {
    try answer.completion.encode(to: encoder)
    try answer.verdict.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(answer.isCorrect, forKey: .correct)
    try container.encode(iteration, forKey: .iteration)
    try container.encode(split, forKey: .split)
  }
}

private struct ProblemLine: Encodable {
  let problem: RunProblem

  enum CodingKeys: String, CodingKey { case split, prompt }

  func encode(to encoder: any Encoder) throws {
    try problem.problem.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(problem.split, forKey: .split)
    try container.encode(problem.prompt, forKey: .prompt)
  }
}

private struct EnvironmentLine: Encodable {
  let environment: RunEnvironment
  let stages: [String]
}

private struct SupervisedLine: Encodable {
  let problemID: ProblemID
  let prompt: String
  let completion: String
  let completionTokenIDs: [Int]?

  enum CodingKeys: String, CodingKey {
    case problemID = "problem_id"
    case prompt, completion
    case completionTokenIDs = "completion_token_ids"
  }

  init(_ row: SupervisedRow, withTokenIDs: Bool) {
    problemID = row.problemID
    prompt = row.prompt
    completion = row.completion.text
    completionTokenIDs = withTokenIDs ? row.completion.tokenIDs : nil
  }
}

private struct PreferenceLine: Encodable {
  let problemID: ProblemID
  let prompt: String
  let chosen: String
  let chosenTokenIDs: [Int]?
  let rejected: String
  let rejectedTokenIDs: [Int]?

  enum CodingKeys: String, CodingKey {
    case problemID = "problem_id"
    case prompt, chosen, rejected
    case chosenTokenIDs = "chosen_token_ids"
    case rejectedTokenIDs = "rejected_token_ids"
  }

  init(_ row: PreferenceRow, withTokenIDs: Bool) {
    problemID = row.problemID
    prompt = row.prompt
    chosen = row.chosen.text
    chosenTokenIDs = withTokenIDs ? row.chosen.tokenIDs : nil
    rejected = row.rejected.text
    rejectedTokenIDs = withTokenIDs ? row.rejected.tokenIDs : nil
  }
}
