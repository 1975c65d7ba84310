import Core

/// Judges a worked answer by its final number.
public struct NumericVerifier: Verifier {
  public init() {}

  public func judge(completion: String, problem: Problem) async -> Verdict {
    Self.verdict(completion: completion, reference: problem.reference)
  }

  /// `reference` is the bare answer or a whole worked answer. `error` where it holds no number; `unparsed` where the
  /// completion gives none; `extracted` is the number's normal form.
  public static func verdict(completion: String, reference: String) -> Verdict {
    guard let expected = AnswerExtraction.finalNumber(of: reference) else { return Verdict(.error) }
    guard let found = AnswerExtraction.finalNumber(of: completion) else { return Verdict(.unparsed) }
    return Verdict(found == expected ? .correct : .incorrect, extracted: found.normalForm)
  }
}
