import Iteration
import Tasks

extension TaskBinding {
  /// What the loop needs to know of a benchmark.
  init(_ task: any BenchmarkTask) {
    self.init(
      name: task.name, version: task.version, prompt: { task.prompt(for: $0) },
      goldCompletion: { task.goldCompletion(for: $0) }, verifier: task.verifier, stop: task.stop)
  }
}
