import Core
import Mathematics

/// Judges an answer by its final expression, which may be written in any equivalent form.
public struct MATHVerifier: Verifier {
  public init() {}

  public func judge(completion: String, problem: Problem) async -> Verdict {
    Self.compare(completion, problem.reference).verdict
  }

  public func explain(completion: String, problem: Problem) async -> VerdictExplanation {
    let found = Self.compare(completion, problem.reference)
    let place: String? =
      switch found.extracted?.place {
      case .boxed: "in the last box"
      case .statement: "in the stated answer"
      case .marker: "after ####"
      case .formula: "in the last formula"
      case .bare: "in the last line"
      case nil: nil
      }
    var why = found.comparison?.reason ?? found.verdict.reason ?? ""
    if found.comparison?.outcome == .equal, case .numeric(let errorProbability)? = found.comparison?.method {
      why += ", by agreement at random points (chance of error below \(errorProbability))"
    }
    let isReadable = found.comparison?.outcome != .unreadableReference
    return VerdictExplanation(
      found.verdict, place: place, text: found.extracted?.text,
      referenceNormalForm: isReadable ? found.comparison?.reference : nil, why: why)
  }

  private struct Finding {
    let verdict: Verdict
    let extracted: ExtractedAnswer?
    let comparison: Comparison?
  }

  /// `error` where the reference cannot be read, `unparsed` where the completion states nothing that can.
  private static func compare(_ completion: String, _ reference: String) -> Finding {
    let expected = MathAnswer.reference(from: reference)
    let extracted = MathAnswer.extract(from: completion)
    let comparison = MathEquivalence.compare(answer: extracted?.text ?? "", reference: expected)
    let verdict: Verdict =
      switch comparison.outcome {
      case .unreadableReference: Verdict(.error, reason: comparison.reason)
      case _ where extracted == nil: Verdict(.unparsed, reason: "the answer states nothing")
      case .unreadable: Verdict(.unparsed, reason: comparison.reason)
      case .equal: Verdict(.correct, extracted: comparison.answer)
      case .different: Verdict(.incorrect, extracted: comparison.answer)
      }
    return Finding(verdict: verdict, extracted: extracted, comparison: comparison)
  }
}
