/// A text the model is trained to produce, with the tokens it was sampled as, if it was.
public struct TrainingText: Codable, Sendable, Hashable {
  public let text: String
  /// The tokens to train on, the closing end-of-sequence token included; nil where the text is still to be tokenised.
  public let tokenIDs: [Int]?

  public init(text: String, tokenIDs: [Int]? = nil) {
    self.text = text
    self.tokenIDs = tokenIDs
  }
}

/// One row of supervised fine-tuning.
public struct SupervisedRow: Codable, Sendable, Hashable {
  public let problemID: ProblemID
  public let prompt: String
  public let completion: TrainingText

  public init(problemID: ProblemID, prompt: String, completion: TrainingText) {
    self.problemID = problemID
    self.prompt = prompt
    self.completion = completion
  }
}

/// One row of direct preference optimisation: a correct (chosen) and an incorrect (rejected) answer to one prompt.
public struct PreferenceRow: Codable, Sendable, Hashable {
  public let problemID: ProblemID
  public let prompt: String
  public let chosen: TrainingText
  public let rejected: TrainingText

  public init(problemID: ProblemID, prompt: String, chosen: TrainingText, rejected: TrainingText) {
    self.problemID = problemID
    self.prompt = prompt
    self.chosen = chosen
    self.rejected = rejected
  }
}

/// What one iteration trains on.
public enum TrainingSet: Codable, Sendable, Hashable {
  case supervised([SupervisedRow])
  case preference([PreferenceRow])

  public var count: Int {
    switch self {
    case .supervised(let rows): rows.count
    case .preference(let rows): rows.count
    }
  }
}
