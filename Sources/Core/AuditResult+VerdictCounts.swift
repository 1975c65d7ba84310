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
      self.iteration = iteration
      self.decoding = decoding
      var (correct, incorrect, unparsed, timeout, error) = (0, 0, 0, 0, 0)
      for outcome in outcomes {
        switch outcome {
        case .correct: correct += 1
        case .incorrect: incorrect += 1
        case .unparsed: unparsed += 1
        case .timeout: timeout += 1
        case .error: error += 1
        }
      }
      self.correct = correct
      self.incorrect = incorrect
      self.unparsed = unparsed
      self.timeout = timeout
      self.error = error
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
