import Iteration
import Tasks

extension TaskBinding {
  /// What the loop needs to know of a benchmark.
  init(_ task: any BenchmarkTask) { self.init(PromptBuilder(task: task)) }

  /// The same where its questions are asked in a way of the run's own.
  init(_ prompts: PromptBuilder) {
    let task = prompts.task
    self.init(
      name: task.name, version: task.version, prompt: { try prompts.prompt(for: $0) },
      goldCompletion: { prompts.goldCompletion(for: $0) }, verifier: task.verifier, stop: task.stop)
  }
}
