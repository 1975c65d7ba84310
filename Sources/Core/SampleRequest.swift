/// The samples wanted of one prompt.
public struct SampleRequest: Codable, Sendable, Hashable {
  public let prompt: Prompt
  /// Ascending, each once.
  public let sampleIndices: [Int]

  public init(prompt: Prompt, sampleIndices: [Int]) {
    self.prompt = prompt
    self.sampleIndices = sampleIndices
  }

  /// The indices as runs without a gap, in order.
  public var runs: [Range<Int>] {
    var runs: [Range<Int>] = []
    for index in sampleIndices {
      if let last = runs.last, last.upperBound == index {
        runs[runs.count - 1] = last.lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
      }
    }
    return runs
  }
}

/// Answers to one prompt that are finished, and what a server counted for them.
public struct FinishedAnswers: Sendable, Hashable {
  public let completions: [Completion]
  /// nil where nothing is counted: the embedded engine costs nothing.
  public let usage: TokenUsage?

  public init(_ completions: [Completion], usage: TokenUsage? = nil) {
    self.completions = completions
    self.usage = usage
  }
}

/// Takes finished answers as they come, in any order and from any thread, and returns when they are kept.
public typealias AnswerHandler = @Sendable (FinishedAnswers) async throws -> Void
