import Core
import Importers
import Synchronization

/// Judges the answers that come without a judgement, each by the verifier of its problem's task.
final class AnswerJudge: Sendable {
  private let problems: ProblemFile
  private let verifier: @Sendable (String) throws -> any Verifier
  /// Of the tasks that were met.
  private let verifiers = Mutex<[String: any Verifier]>([:])

  init(_ problems: ProblemFile, verifier: @escaping @Sendable (String) throws -> any Verifier) {
    self.problems = problems
    self.verifier = verifier
  }

  /// - Throws: `InputError` for a task that has no verifier, naming the line of `problem`.
  func verdict(of text: String, _ problem: Problem) async throws -> Verdict {
    let verdict = try await verifier(of: problem).judge(completion: text, problem: problem)
    // A verifier that is interrupted says `timeout`, which is no verdict on the answer.
    try Task.checkCancellation()
    return verdict
  }

  private func verifier(of problem: Problem) throws -> any Verifier {
    try verifiers.withLock { verifiers in
      if let known = verifiers[problem.task] { return known }
      do {
        let made = try verifier(problem.task)
        verifiers[problem.task] = made
        return made
      } catch let error as InputError {
        throw problems.complaint(about: problem, error.message)
      }
    }
  }
}
