import Core

extension AuditInput {
  /// What the iterations were trained on.
  public struct Training: Sendable {
    /// The training questions, for their groups; empty where they are not known.
    public let problems: [Problem]
    public let rows: TrainingRows

    public init(problems: [Problem] = [], rows: TrainingRows) {
      self.problems = problems
      self.rows = rows
    }
  }
}
