/// What judging one answer found. Every outcome is a value: an answer that cannot be read is never folded into "wrong".
public struct Verdict: Codable, Sendable, Hashable {
  public enum Outcome: String, Codable, Sendable, Hashable, CaseIterable {
    case correct, incorrect
    /// The answer holds nothing that could be compared, or names several answers.
    case unparsed
    /// The judgement (a program's tests) did not end in time.
    case timeout
    /// The verifier itself failed, for instance on a reference it cannot read.
    case error
  }

  /// How far a program came.
  public struct Tests: Codable, Sendable, Hashable {
    /// Tests that passed before the program ended.
    public let passed: Int
    public let count: Int

    public init(passed: Int, count: Int) {
      self.passed = passed
      self.count = count
    }
  }

  /// What counts.
  public let outcome: Outcome
  /// What was read out of the answer, in the task's normal form.
  public let extracted: String?
  /// The outcome by the benchmark's strict rule, which takes an answer in the official form only; nil where it has none.
  public let strict: Outcome?
  /// Why the outcome is `unparsed`, `timeout` or `error`, and where a program failed, in a few words; nil otherwise.
  public let reason: String?
  /// Of a program that was run; nil for answers that are judged otherwise, and where the tests could not be run.
  public let tests: Tests?

  public init(
    _ outcome: Outcome, extracted: String? = nil, strict: Outcome? = nil, reason: String? = nil, tests: Tests? = nil
  ) {
    self.outcome = outcome
    self.extracted = extracted
    self.strict = strict
    self.reason = reason
    self.tests = tests
  }

  public var isCorrect: Bool { outcome == .correct }

  private enum CodingKeys: String, CodingKey {
    case outcome = "verdict"
    case extracted, strict, reason, tests
  }
}

/// A completion with its verdict: what selection and audit work on.
public struct JudgedCompletion: Codable, Sendable, Hashable {
  public let completion: Completion
  public let verdict: Verdict

  public init(completion: Completion, verdict: Verdict) {
    self.completion = completion
    self.verdict = verdict
  }

  public var isCorrect: Bool { verdict.isCorrect }
}
