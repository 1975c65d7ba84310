import Core

/// Judges an answer by its whole text: equal to the reference up to white space at the ends and between words.
public struct TextVerifier: Verifier {
  public init() {}

  public func judge(completion: String, problem: Problem) async -> Verdict {
    Self.verdict(completion: completion, reference: problem.reference)
  }

  /// `unparsed` for a blank answer, `error` for a blank reference.
  public static func verdict(completion: String, reference: String) -> Verdict {
    let expected = normalForm(reference)
    guard !expected.isEmpty else { return Verdict(.error, reason: "the reference is blank") }
    let found = normalForm(completion)
    guard !found.isEmpty else { return Verdict(.unparsed, reason: "the answer is blank") }
    return Verdict(found == expected ? .correct : .incorrect, extracted: found)
  }

  public func explain(completion: String, problem: Problem) async -> VerdictExplanation {
    let verdict = Self.verdict(completion: completion, reference: problem.reference)
    let expected = Self.normalForm(problem.reference)
    return VerdictExplanation(
      verdict, place: verdict.extracted == nil ? nil : "the whole answer", text: completion,
      referenceNormalForm: expected.isEmpty ? nil : expected,
      why: verdict.reason ?? (verdict.isCorrect ? "the texts are the same" : "the texts differ"))
  }

  private static func normalForm(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
