/// What comparing an answer with a reference found, and on what grounds.
public struct Comparison: Codable, Sendable, Hashable {
  public enum Outcome: String, Codable, Sendable, Hashable, CaseIterable {
    case equal
    /// Proven or measured to be different, or of another kind, or not decided within the limits: see `reason`.
    case different
    /// The answer is empty, is no mathematics, or is larger than what is read.
    case unreadable
    case unreadableReference
  }

  public enum Method: Codable, Sendable, Hashable {
    /// By identity of normal forms: a proof.
    case exact
    /// By agreement at random points; `errorProbability` bounds the chance that different values agree there.
    case numeric(errorProbability: Double)
    /// By the words, where an answer is no mathematics.
    case text
  }

  public let outcome: Outcome
  public let method: Method
  /// The normal forms that were compared; the raw text where there is none.
  public let answer: String
  public let reference: String
  /// One line for a person.
  public let reason: String

  public init(outcome: Outcome, method: Method, answer: String, reference: String, reason: String) {
    self.outcome = outcome
    self.method = method
    self.answer = answer
    self.reference = reference
    self.reason = reason
  }
}
