import Core

/// One judged answer as the audit keeps it: two million of them must fit into memory, so texts lie elsewhere.
public struct Answer: Sendable, Hashable {
  /// Position of its problem: in the iteration's own order of first mention, in an `AnswerTable` in that of the problems.
  let problem: Int32
  private let index: Int32
  public let decoding: Decoding
  public let outcome: Verdict.Outcome
  private let end: FinishReason?
  private let tokens: Int32
  /// Stands for what the verifier extracted: equal where that is equal, and among a million different answers two share a
  /// value with probability below 10⁻⁷. Nil where nothing was extracted, or the answer came with `correct` alone.
  public let extracted: UInt64?
  /// Sum over its tokens, natural logarithm, at temperature 1.
  public let logProbability: Double?
  let text: TextArena.Span

  init(_ judged: JudgedCompletion, problem: Int32, text: TextArena.Span) {
    let completion = judged.completion
    self.problem = problem
    index = Int32(clamping: completion.sampleIndex)
    decoding = completion.decoding
    outcome = judged.verdict.outcome
    end = completion.finishReason
    tokens = completion.tokenCount.map { Int32(clamping: $0) } ?? -1
    extracted = judged.verdict.extracted.map { ByteHash.hash($0.utf8) }
    logProbability = completion.logProbability
    self.text = text
  }

  public var isCorrect: Bool { outcome == .correct }
  public var sampleIndex: Int { Int(index) }
  public var finishReason: FinishReason? { end }
  public var tokenCount: Int? { tokens < 0 ? nil : Int(tokens) }
}
