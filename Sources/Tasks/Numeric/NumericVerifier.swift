import Core

/// Judges a worked answer by its final number.
public struct NumericVerifier: Verifier {
  /// When two numbers count as equal.
  public enum Equality: Sendable, Hashable {
    /// When their exact values are.
    case exact
    /// Also when they differ by less than a thousandth, and by less than a thousandth of the reference: for references
    /// that were rounded or computed in floating point.
    case rounded
  }

  private let equality: Equality

  public init(equality: Equality = .exact) { self.equality = equality }

  public func judge(completion: String, problem: Problem) async -> Verdict {
    verdict(completion: completion, reference: problem.reference)
  }

  /// `reference` is the bare answer or a whole worked answer. `error` where it holds no number; `unparsed` where the
  /// completion gives none; `extracted` is the number's normal form.
  public func verdict(completion: String, reference: String) -> Verdict {
    compare(completion, reference).verdict
  }

  public func explain(completion: String, problem: Problem) async -> VerdictExplanation {
    let comparison = compare(completion, problem.reference)
    let expected = comparison.expected?.normalForm
    let why =
      switch (comparison.verdict.outcome, comparison.verdict.extracted, expected) {
      case (.correct, let found?, let expected?) where found == expected: "both are \(expected)"
      case (.correct, let found?, let expected?): "\(found) is \(expected) within a thousandth"
      case (.incorrect, let found?, let expected?): "\(found) is not \(expected)"
      default: comparison.verdict.reason ?? ""
      }
    return VerdictExplanation(
      comparison.verdict, place: comparison.reading?.place, text: comparison.reading?.text,
      referenceNormalForm: expected, why: why)
  }

  private struct Comparison {
    let verdict: Verdict
    var expected: NumericAnswer?
    var reading: NumericReading?
  }

  private func compare(_ completion: String, _ reference: String) -> Comparison {
    guard let expected = NumericReading.final(of: reference)?.answer else {
      return Comparison(verdict: Verdict(.error, reason: "the reference holds no single number"))
    }
    let reading = NumericReading.final(of: completion)
    let strict = NumericReading.strict(of: completion).map {
      areEqual($0, expected) ? Verdict.Outcome.correct : .incorrect
    }
    guard let found = reading?.answer else {
      let reason = reading.map { "no single number \($0.place)" } ?? "the answer holds no number"
      return Comparison(
        verdict: Verdict(.unparsed, strict: strict ?? .unparsed, reason: reason), expected: expected, reading: reading)
    }
    return Comparison(
      verdict: Verdict(
        areEqual(found, expected) ? .correct : .incorrect, extracted: found.normalForm, strict: strict ?? .unparsed),
      expected: expected, reading: reading)
  }

  private func areEqual(_ found: NumericAnswer, _ expected: NumericAnswer) -> Bool {
    if found == expected { return true }
    guard equality == .rounded, let found = found.approximation, let expected = expected.approximation else {
      return false
    }
    return abs(found - expected) < 1e-3 * min(1, abs(expected))
  }
}
