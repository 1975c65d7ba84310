import Core
import Foundation
import Iteration
import Tasks

/// How a run asks its questions: what its settings under `prompt` come to.
struct RunPrompts {
  private let shots: PromptBuilder.Shots?
  private let system: String?
  private let chat: PromptBuilder.ChatRenderer?

  /// - Parameter training: What the examples are drawn from; nil where the prompts are made already.
  init(_ configuration: RunConfiguration, training: (problems: [Problem], task: any BenchmarkTask)?) throws {
    let settings = configuration.prompt ?? RunConfiguration.Prompt()
    if let training, settings.shots > 0 {
      shots = try PromptBuilder.Shots(
        settings.shots, from: training.problems, of: training.task, seed: settings.seed ?? configuration.seed)
    } else {
      shots = nil
    }
    system = settings.system
    chat = settings.chat ? try ChatPrompt(model: URL(filePath: configuration.model)).render : nil
  }

  var exampleIDs: [ProblemID]? { shots?.drawn.map(\.id) }

  func builder(for task: any BenchmarkTask) -> PromptBuilder {
    PromptBuilder(task: task, shots: shots, system: system, chat: chat)
  }
}
