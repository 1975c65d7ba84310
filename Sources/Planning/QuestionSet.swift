/// The questions of a split, as far as they cost something.
public struct QuestionSet: Sendable, Hashable {
  public let count: Int
  public let prompts: TokenLengths
  /// The human answers, without the token that closes a row.
  public let answers: TokenLengths
  /// Where the count comes from.
  public let basis: PlanConstant.Basis
  public let source: String

  /// Tokens of the longest row, closed, where the rows themselves are not known.
  private let knownLongestRow: Int?

  public init(
    count: Int, prompts: TokenLengths, answers: TokenLengths, longestRow: Int? = nil, _ basis: PlanConstant.Basis,
    source: String
  ) {
    knownLongestRow = longestRow
    self.count = count
    self.prompts = prompts
    self.answers = answers
    self.basis = basis
    self.source = source
  }

  /// Tokens of each row of prompt and human answer, closed; nil where only means are known.
  var rows: [Int]? {
    guard let prompts = prompts.each, let answers = answers.each else { return nil }
    return zip(prompts, answers).map { $0 + $1 + 1 }
  }

  /// Tokens of the longest row of prompt and human answer, closed.
  public var longestRow: Int { rows?.max() ?? knownLongestRow ?? prompts.longest + answers.longest + 1 }
}
