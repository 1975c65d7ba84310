extension AuditResult {
  /// How hard for M_1 the questions are that each iteration was trained on.
  public struct TrainingDifficulty: Codable, Sendable, Hashable {
    /// The training questions of which a share `low ..< high` of M_1's samples is correct, the last with 1 included; or those
    /// of a group.
    public struct Bin: Codable, Sendable, Hashable {
      public let name: String
      /// Its share of the training questions.
      public let questionShare: Double
      public init(name: String, questionShare: Double) {
        self.name = name
        self.questionShare = questionShare
      }
      private enum CodingKeys: String, CodingKey {
        case name
        case questionShare = "question_share"
      }
    }

    /// What an iteration was trained on.
    public struct Rows: Codable, Sendable, Hashable {
      public let iteration: Int
      public let bin: String
      public let rows: Int
      /// Training questions of the bin with at least one row.
      public let questions: Int
      /// Its share of the iteration's rows.
      public let share: Estimate?
      public init(iteration: Int, bin: String, rows: Int, questions: Int, share: Estimate?) {
        self.iteration = iteration
        self.bin = bin
        self.rows = rows
        self.questions = questions
        self.share = share
      }
    }

    /// Ascending in M_1's accuracy: the hardest first. Empty without samples of M_1 for training questions.
    public let accuracyBins: [Bin]
    public let byAccuracy: [Rows]
    /// In order of difficulty, as elsewhere. Empty where the training questions have no groups.
    public let groupBins: [Bin]
    public let byGroup: [Rows]

    public init(accuracyBins: [Bin], byAccuracy: [Rows], groupBins: [Bin], byGroup: [Rows]) {
      self.accuracyBins = accuracyBins
      self.byAccuracy = byAccuracy
      self.groupBins = groupBins
      self.byGroup = byGroup
    }

    private enum CodingKeys: String, CodingKey {
      case accuracyBins = "accuracy_bins"
      case byAccuracy = "by_accuracy"
      case groupBins = "group_bins"
      case byGroup = "by_group"
    }
  }
}
