extension AuditResult {
  /// How many answers of one iteration got which verdict. Nothing is folded into "wrong" here.
  public struct VerdictCounts: Codable, Sendable, Hashable {
    public let iteration: Int
    public let decoding: Decoding
    public let correct: Int
    public let incorrect: Int
    public let unparsed: Int
    public let timeout: Int
    public let error: Int

    /// Counts the verdicts of `outcomes`.
    public init(iteration: Int, decoding: Decoding, outcomes: some Sequence<Core.Verdict.Outcome>) {
      var counts: [Core.Verdict.Outcome: Int] = [:]
      for outcome in outcomes { counts[outcome, default: 0] += 1 }
      self.iteration = iteration
      self.decoding = decoding
      correct = counts[.correct, default: 0]
      incorrect = counts[.incorrect, default: 0]
      unparsed = counts[.unparsed, default: 0]
      timeout = counts[.timeout, default: 0]
      error = counts[.error, default: 0]
    }

    public var total: Int { correct + incorrect + unparsed + timeout + error }

    public subscript(outcome: Core.Verdict.Outcome) -> Int {
      switch outcome {
      case .correct: correct
      case .incorrect: incorrect
      case .unparsed: unparsed
      case .timeout: timeout
      case .error: error
      }
    }
  }
}
