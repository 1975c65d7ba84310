import ArgumentParser
import Core
import Sandbox
import Tasks

/// How programs that models write are run.
struct ExecutionOptions: ParsableArguments {
  @Flag(help: "Run models' programs without a sandbox, with your own rights. Only where nothing can be lost.")
  var unsafeCodeExecution = false

  var isolation: Isolation { unsafeCodeExecution ? .unsafeNone : .bubblewrap }

  /// - Throws: `SandboxError` where `task` runs programs and this machine cannot contain them.
  static func check(_ task: any BenchmarkTask) throws {
    if let verifier = task.verifier as? ProgramVerifier { try verifier.programs.checkAvailability() }
  }
}
