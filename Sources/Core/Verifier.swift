/// Judges answers of one task. Never throws and never hangs: whatever happens is an `Outcome`.
public protocol Verifier: Sendable {
  func judge(completion: String, problem: Problem) async -> Verdict
}
