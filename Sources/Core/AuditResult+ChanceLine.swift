extension AuditResult {
  /// What guessing among the choices would reach, on the problems that offer any. Expectations, without error.
  public struct ChanceLine: Codable, Sendable, Hashable {
    public struct AtK: Codable, Sendable, Hashable {
      public let k: Int
      public let value: Double
      public init(k: Int, value: Double) {
        self.k = k
        self.value = value
      }
    }

    public struct AtTau: Codable, Sendable, Hashable {
      public let tau: Double
      public let value: Double
      public init(tau: Double, value: Double) {
        self.tau = tau
        self.value = value
      }
    }

    /// Problems with choices.
    public let questions: Int
    /// pass@k for the k of the audit.
    public let passAtK: [AtK]
    /// Cover@τ for as many samples as the audit has of each question.
    public let coverAtTau: [AtTau]

    public init(questions: Int, passAtK: [AtK], coverAtTau: [AtTau]) {
      self.questions = questions
      self.passAtK = passAtK
      self.coverAtTau = coverAtTau
    }

    private enum CodingKeys: String, CodingKey {
      case questions
      case passAtK = "pass_at_k"
      case coverAtTau = "cover_at_tau"
    }
  }
}
