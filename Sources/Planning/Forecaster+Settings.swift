import Core
import Iteration

extension Forecaster {
  /// What is planned, for the heading.
  var settings: [RunForecast.Setting] {
    let c = input.configuration
    var found: [(String, String)] = [
      ("task", c.task), ("method", "\(c.method.rawValue), T = \(c.iterations), N = \(c.sampling.n)"),
      (
        "model",
        "\(input.modelName), \(PlanNumber.count(Span(input.shape.parameterCount))) parameters (\(input.modelSource))"
      ),
      ("questions", questionsText),
      (
        "lengths",
        "prompts of \(PlanNumber.decimal(input.train.prompts.meanTokens)) tokens, human answers of "
          + "\(PlanNumber.decimal(input.train.answers.meanTokens)) (\(input.train.prompts.source))"
      ),
      ("sampler", samplerText), ("trainer", trainerText),
    ]
    if let gpu = input.gpu, gpuCount > 0 { found.append(("GPUs", "\(gpuCount) × \(gpu.title)")) }
    return found.map { RunForecast.Setting(name: $0.0, value: $0.1) }
  }

  var questions: [RunForecast.Questions] {
    let sets = [("train", input.train), ("test", input.test)] + (input.outOfDistribution.map { [("ood", $0)] } ?? [])
    return sets.map { split, set in
      RunForecast.Questions(
        split: split, count: set.count, promptTokens: set.prompts.meanTokens, longestPromptTokens: set.prompts.longest,
        answerTokens: set.answers.meanTokens, longestAnswerTokens: set.answers.longest,
        longestRowTokens: set.longestRow, source: set.source,
        lengthSource: set.prompts.source)
    }
  }

  private var questionsText: String {
    func part(_ name: String, _ set: QuestionSet) -> String { "\(PlanNumber.whole(set.count)) \(name)" }
    var parts = [part("train", input.train), part("test", input.test)]
    if let other = input.outOfDistribution { parts.append(part("out of distribution", other)) }
    return parts.joined(separator: ", ") + " (\(input.train.source))"
  }

  private var samplerText: String {
    switch input.sampler {
    case .native(let batch): return "embedded engine, \(input.threads) threads, \(batch) sequences at a time"
    case .endpoint(let endpoint): return "a server, \(endpoint.concurrency) requests at a time"
    case .workers(let workers):
      let place = workers.usesGPU ? "\(workers.gpusPerCopy) GPU each" : "on processors"
      let copies = workers.copies == 1 ? "1 copy" : "\(workers.copies) copies"
      return
        "\(workers.backend == .vllm ? "vLLM" : "transformers")\(workers.usesRay ? " on Ray" : ""), \(copies), \(place)"
    }
  }

  private var trainerText: String {
    switch input.trainer {
    case .native: return "embedded engine, \(input.threads) threads"
    case .workers(let workers):
      var parts = [
        "TRL\(workers.usesRay ? " on Ray" : "")",
        workers.processes == 1 ? "1 process" : "\(workers.processes) processes",
      ]
      if workers.processes > 1 { parts.append(workers.strategy.rawValue) }
      parts.append(workers.precision.rawValue)
      parts.append(workers.loraRank.map { "LoRA of rank \($0)" } ?? "all weights")
      if workers.recomputes { parts.append("activations recomputed") }
      parts.append("\(workers.microRows) rows a process at a time")
      return parts.joined(separator: ", ")
    }
  }

  /// What decides how `step` is trained.
  func settings(of step: ImprovementMethod.Step) -> TrainingSettings {
    switch step {
    case .humanAnswers: input.configuration.training.first
    case .selfSFT, .goldAnswers: input.configuration.training.sft
    case .selfDPO: input.configuration.training.dpo
    }
  }
}
