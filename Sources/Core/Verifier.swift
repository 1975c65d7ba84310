/// Judges answers of one task. Never throws and never hangs: whatever happens is an `Outcome`.
public protocol Verifier: Sendable {
  func judge(completion: String, problem: Problem) async -> Verdict

  /// The verdict with the way to it.
  func explain(completion: String, problem: Problem) async -> VerdictExplanation
}

extension Verifier {
  public func explain(completion: String, problem: Problem) async -> VerdictExplanation {
    let verdict = await judge(completion: completion, problem: problem)
    return VerdictExplanation(verdict, why: verdict.reason ?? "the verifier says no more than its verdict")
  }
}
