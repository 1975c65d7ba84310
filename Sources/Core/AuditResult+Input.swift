extension AuditResult {
  /// What was read for one iteration, and what of it met no problem or no answer.
  public struct Input: Codable, Sendable, Hashable {
    public let iteration: Int
    /// Whether these are the answers to the out-of-distribution problems.
    public let isOutOfDistribution: Bool
    /// Without their folders.
    public let files: [String]
    /// Of each file, as `--format` names them.
    public let formats: [String]
    /// The filters, scorers or metrics whose judgements were taken, where there was a choice.
    public let judgements: [String]
    /// Rows of the files, of every filter.
    public let rows: Int
    /// Answers that the audit uses.
    public let greedy: Int
    public let sampled: Int
    /// Of these, how many came with a judgement of their file.
    public let judgedByFile: Int
    /// Files that did not say how they were decoded, and were taken as greedy or sampled by their number of answers.
    public let assumedDecodings: [String]
    public let problems: Int
    public let problemsWithoutGreedy: Int
    public let problemsWithoutSamples: Int
    /// Over the problems that have samples; nil where none has.
    public let smallestSampleCount: Int?
    public let largestSampleCount: Int?
    /// Problems that are answered and not known, and the rows that answer them.
    public let unknownProblems: Int
    public let unknownRows: Int
    /// Requests that failed, and answers without a text.
    public let failedRows: Int
    /// Filters of lm-evaluation-harness that were left, with their rows.
    public let ignoredFilters: [IgnoredFilter]

    public struct IgnoredFilter: Codable, Sendable, Hashable {
      public let name: String
      public let rows: Int
      public init(name: String, rows: Int) {
        self.name = name
        self.rows = rows
      }
    }

    public init(
      iteration: Int, isOutOfDistribution: Bool, files: [String], formats: [String], judgements: [String], rows: Int,
      greedy: Int, sampled: Int, judgedByFile: Int, assumedDecodings: [String], problems: Int,
      problemsWithoutGreedy: Int, problemsWithoutSamples: Int, smallestSampleCount: Int?, largestSampleCount: Int?,
      unknownProblems: Int, unknownRows: Int, failedRows: Int, ignoredFilters: [IgnoredFilter]
    ) {
      self.iteration = iteration
      self.isOutOfDistribution = isOutOfDistribution
      self.files = files
      self.formats = formats
      self.judgements = judgements
      self.rows = rows
      self.greedy = greedy
      self.sampled = sampled
      self.judgedByFile = judgedByFile
      self.assumedDecodings = assumedDecodings
      self.problems = problems
      self.problemsWithoutGreedy = problemsWithoutGreedy
      self.problemsWithoutSamples = problemsWithoutSamples
      self.smallestSampleCount = smallestSampleCount
      self.largestSampleCount = largestSampleCount
      self.unknownProblems = unknownProblems
      self.unknownRows = unknownRows
      self.failedRows = failedRows
      self.ignoredFilters = ignoredFilters
    }

    private enum CodingKeys: String, CodingKey {
      case iteration
      case isOutOfDistribution = "out_of_distribution"
      case files, formats, judgements, rows, greedy, sampled
      case judgedByFile = "judged_by_file"
      case assumedDecodings = "assumed_decodings"
      case problems
      case problemsWithoutGreedy = "problems_without_greedy"
      case problemsWithoutSamples = "problems_without_samples"
      case smallestSampleCount = "smallest_sample_count"
      case largestSampleCount = "largest_sample_count"
      case unknownProblems = "unknown_problems"
      case unknownRows = "unknown_rows"
      case failedRows = "failed_rows"
      case ignoredFilters = "ignored_filters"
    }
  }
}

extension AuditResult.Input {
  /// What a user should know of the reading, one line each.
  public var notes: [String] {
    var notes: [String] = []
    for assumed in assumedDecodings {
      notes.append("\(assumed) is assumed, from its number of answers a problem; say it with --decoding")
    }
    if !ignoredFilters.isEmpty {
      let names = ignoredFilters.map(\.name).joined(separator: ", ")
      notes.append(
        "M_\(iteration): the rows of the filters \(names) are left out; --filter chooses another than the first")
    }
    if unknownRows > 0 {
      notes.append("M_\(iteration): \(unknownRows) rows answer \(unknownProblems) unknown problems and are left out")
    }
    if failedRows > 0 { notes.append("M_\(iteration): \(failedRows) rows hold no answer and are left out") }
    return notes
  }
}
