import Core

/// The rows that iterations were trained on, reduced to what an audit needs while they are read: their number by iteration and
/// question, and which n-grams of the test questions occur in them.
public struct TrainingRows: Sendable {
  /// Rows of one iteration.
  struct Iteration: Sendable {
    /// By training question.
    var rows: [ProblemID: Int] = [:]
    var rowCount = 0
  }

  private(set) var iterations: [Int: Iteration] = [:]
  private(set) var index: OverlapIndex
  /// Prompts recur in every row of their question.
  private var textsRead: Set<UInt64> = []

  /// - Parameter questions: The test questions.
  public init(comparedWith questions: [Problem]) { index = OverlapIndex(questions) }

  public var count: Int { iterations.values.reduce(0) { $0 + $1.rowCount } }

  /// - Parameters:
  ///   - iteration: t, for a row that M_t was trained on.
  ///   - problemID: Its training question, where it is known.
  ///   - texts: Its prompt and answers.
  public mutating func append(iteration: Int, problemID: ProblemID?, texts: [String]) {
    iterations[iteration, default: Iteration()].rowCount += 1
    if let problemID { iterations[iteration, default: Iteration()].rows[problemID, default: 0] += 1 }
    for text in texts where textsRead.insert(ByteHash.hash(text.utf8)).inserted { index.read(ArraySlice(text.utf8)) }
  }
}
