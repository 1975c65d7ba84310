import Core

/// What of a run is written out as JSON Lines.
public enum RunExport: Sendable, Hashable {
  /// The public sample format with `correct`, `verdict`, `extracted`, `iteration` and `split`; nil takes all.
  case completions(iteration: Int?, split: Split?)
  /// The rows that supervised and preference training read, with `problem_id`.
  case trainingSet(iteration: Int)
  /// The public problem format with `split`; nil takes all.
  case problems(split: Split?)

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
              for answer in answers {
                try body(JSONLines.line(CompletionRow(answer: answer, iteration: iteration, split: split)))
              }
            }
          }
        }
      }
    case .trainingSet(let iteration):
      try Self.refuseUnknown(iteration, in: store)
      switch try store.trainingSet(iteration) {
      case .supervised(let rows)?: for row in rows { try body(JSONLines.line(SupervisedLine(row))) }
      case .preference(let rows)?: for row in rows { try body(JSONLines.line(PreferenceLine(row))) }
      case nil:
        throw InputError(
          file: store.folder.path, "training set \(iteration) is not chosen yet; go on with `reversal resume` first")
      }
    case .problems(let split):
      for split in split.map({ [$0] }) ?? Split.allCases {
        for problem in try store.problems(split) {
          try body(JSONLines.line(ProblemLine(problem: problem.problem, split: split)))
        }
      }
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
  let problem: Problem
  let split: Split

  enum CodingKeys: String, CodingKey { case split }

  func encode(to encoder: any Encoder) throws {
    try problem.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(split, forKey: .split)
  }
}

private struct SupervisedLine: Encodable {
  let problemID: ProblemID
  let prompt: String
  let completion: String

  enum CodingKeys: String, CodingKey {
    case problemID = "problem_id"
    case prompt, completion
  }

  init(_ row: SupervisedRow) {
    problemID = row.problemID
    prompt = row.prompt
    completion = row.completion.text
  }
}

private struct PreferenceLine: Encodable {
  let problemID: ProblemID
  let prompt: String
  let chosen: String
  let rejected: String

  enum CodingKeys: String, CodingKey {
    case problemID = "problem_id"
    case prompt, chosen, rejected
  }

  init(_ row: PreferenceRow) {
    problemID = row.problemID
    prompt = row.prompt
    chosen = row.chosen.text
    rejected = row.rejected.text
  }
}
