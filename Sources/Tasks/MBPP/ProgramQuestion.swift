import Core
import Sandbox

/// What a problem's material asks of a program.
enum ProgramQuestion {
  /// nil where the problem has no test.
  static func of(_ problem: Problem) -> ProgramVerifier.Question? {
    guard !problem.material.tests.isEmpty else { return nil }
    return ProgramVerifier.Question(
      tests: ProgramTests(tests: problem.material.tests, setup: problem.material.setup ?? ""))
  }

  /// Of a function that the completion goes on with: the tests are calls of `check`, the setup defines it. Tests may use
  /// what stands in the question before the function, so it is part of their setup too.
  static func continuing(_ problem: Problem, entryPoint: String) -> ProgramVerifier.Question? {
    guard !problem.material.tests.isEmpty else { return nil }
    return ProgramVerifier.Question(
      tests: ProgramTests(
        tests: problem.material.tests, setup: problem.question + "\n" + (problem.material.setup ?? ""),
        entryPoints: [entryPoint]),
      prompt: problem.question)
  }
}
