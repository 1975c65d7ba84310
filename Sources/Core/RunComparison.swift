import Foundation

/// Several runs side by side on the same questions: what `reversal compare --json` writes.
public struct RunComparison: Codable, Sendable, Hashable {
  /// Which iteration of each run is compared.
  public enum Choice: String, Codable, Sendable, Hashable, CaseIterable {
    case last
    /// By pass@1 on these very questions, so too good by the luck of the choice.
    case best
  }

  public struct Member: Codable, Sendable, Hashable {
    public let name: String
    public let iteration: Int
    /// Its questions that other runs do not have.
    public let questionsLeftOut: Int
    public init(name: String, iteration: Int, questionsLeftOut: Int) {
      self.name = name
      self.iteration = iteration
      self.questionsLeftOut = questionsLeftOut
    }
    private enum CodingKeys: String, CodingKey {
      case name, iteration
      case questionsLeftOut = "questions_left_out"
    }
  }

  /// One measure of a run against the first run, paired over questions.
  public struct Difference: Codable, Sendable, Hashable {
    public enum Finding: String, Codable, Sendable, Hashable { case higher, lower, inconclusive }
    public let run: String
    /// The name of the verdict's axis.
    public let measure: String
    public let difference: Estimate?
    /// Two-sided, Holm-corrected over all measures and runs of the table.
    public let adjustedP: Double?
    public let finding: Finding
    public init(run: String, measure: String, difference: Estimate?, adjustedP: Double?, finding: Finding) {
      self.run = run
      self.measure = measure
      self.difference = difference
      self.adjustedP = adjustedP
      self.finding = finding
    }
    private enum CodingKeys: String, CodingKey {
      case run, measure, difference
      case adjustedP = "adjusted_p"
      case finding
    }
  }

  public struct Table: Codable, Sendable, Hashable {
    public let at: Choice
    public let runs: [Member]
    public let differences: [Difference]
    /// Every measure of each run, in the form of an audit whose iterations 1, 2, … are the runs in their order: what it calls
    /// M_1 is the first run. Its verdict is that of the last run against the first and says nothing of training.
    public let audit: AuditResult
    public init(at: Choice, runs: [Member], differences: [Difference], audit: AuditResult) {
      self.at = at
      self.runs = runs
      self.differences = differences
      self.audit = audit
    }
  }

  /// Something in which the runs were not made alike.
  public struct Condition: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, Hashable {
      /// What was asked for.
      case setting
      /// Where it was done.
      case environment
    }
    public let kind: Kind
    /// The dotted key of a setting, or `instructions`, `version`, `processor`, `system`, `threads`.
    public let name: String
    /// In the order of the runs; nil where a run does not say. Several environments of one run are joined by ` and `.
    public let values: [String?]
    public init(kind: Kind, name: String, values: [String?]) {
      self.kind = kind
      self.name = name
      self.values = values
    }
  }

  /// Questions that every run has answers to.
  public let questions: Int
  public let tables: [Table]
  /// Empty for outputs of other programs, which do not say how they were made.
  public let conditions: [Condition]

  public init(questions: Int, tables: [Table], conditions: [Condition] = []) {
    self.questions = questions
    self.tables = tables
    self.conditions = conditions
  }

  /// Keys in alphabetical order, undefined values as null, a newline at the end.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: JSONControls.escaped(try encoder.encode(self)), as: UTF8.self) + "\n"
  }
}
