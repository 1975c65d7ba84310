import Foundation
import Iteration
import RunStore

extension Forecaster {
  /// What does not fit, what is near its limit, and what the numbers rest on.
  func findings(_ stages: [StageForecast]) -> [PlanFinding] {
    memoryFindings(stages) + lengthFindings() + precisionFindings() + budgetFindings(stages) + startFindings(stages)
      + judgingFindings(stages) + rateFindings()
  }

  private func memoryFindings(_ stages: [StageForecast]) -> [PlanFinding] {
    var found: [PlanFinding] = []
    var seen: Set<String> = []
    for stage in stages {
      guard let memory = stage.memory, let available = memory.available, !memory.fits || memory.isTight else {
        continue
      }
      let step = input.configuration.method.step(at: stage.iteration)
      let name = stage.stage == .train ? (step == .selfDPO ? "DPO" : "training") : "sampling"
      guard seen.insert("\(name) \(memory.fits)").inserted else { continue }
      let place = memory.place == .gpu ? "a GPU" : "this machine's free memory"
      let size = "\(PlanNumber.bytes(memory.total)) of \(PlanNumber.bytes(available)) on \(place)"
      guard !memory.fits else {
        found.append(PlanFinding(.warning, "\(name) of M_\(stage.iteration) takes \(size): tight"))
        continue
      }
      found.append(
        PlanFinding(
          .refused, "\(name) of M_\(stage.iteration) does not fit: \(size); \(advice(stage, step, available))"))
    }
    return found
  }

  private func advice(_ stage: StageForecast, _ step: ImprovementMethod.Step, _ available: Double) -> String {
    if stage.stage != .train {
      guard case .workers(let workers) = input.sampler else { return "use a smaller batch_size or a smaller model" }
      let weights = Double(input.shape.parameterCount) * workers.bytesPerWeight
      let least = Int(min(1e6, (weights / max(1, 0.6 * available)).rounded(.up)))
      return least > workers.gpusPerCopy
        ? "spread each copy over \(Self.powerOfTwo(least)) GPUs (gpus_per_actor), or take a larger GPU"
        : "use fewer max_tokens, or a larger GPU"
    }
    guard case .workers(let workers) = input.trainer else {
      return "use a smaller model, or train on GPUs (--gpu h100 --gpus 8 plans that)"
    }
    let alternatives = trainingMemory(step, workers).alternatives(available: available)
    guard !alternatives.isEmpty else { return "no setting makes it fit; take a larger GPU or a smaller model" }
    return "it fits with "
      + alternatives.map { "\($0.change) (\(PlanNumber.bytes($0.bytes)))" }.joined(separator: ", or ")
  }

  private static func powerOfTwo(_ count: Int) -> Int {
    var power = 1
    while power < count { power *= 2 }
    return power
  }

  private func lengthFindings() -> [PlanFinding] {
    var found: [PlanFinding] = []
    let limit = Double(input.shape.configuration.maxPositionCount)
    for (name, set) in [("training", input.train), ("test", input.test)] {
      let prompt = Double(set.prompts.longest) * set.prompts.factor.estimate
      if prompt >= limit {
        found.append(
          PlanFinding(
            .refused,
            "the longest \(name) prompt has \(Int(prompt)) tokens and the model takes \(Int(limit)); use fewer shots"))
      } else if longestSequence(set) > limit {
        found.append(
          PlanFinding(
            .note,
            "the longest \(name) prompt leaves an answer \(Int(limit - prompt)) tokens of its \(input.configuration.sampling.maxTokens)"
          ))
      }
    }
    let expected = input.answerTokens ?? input.train.answers.mean
    if expected + 1 > Double(input.configuration.sampling.maxTokens) {
      found.append(
        PlanFinding(
          .warning,
          "answers have \(Int(expected)) tokens on average and max_tokens is \(input.configuration.sampling.maxTokens): most are cut off"
        ))
    }
    return found
  }

  /// A weight of common size in a trained model, beside which a step is small or not.
  private static let commonWeight = 0.02

  private func precisionFindings() -> [PlanFinding] {
    var found: [PlanFinding] = []
    if let gpu = input.gpu, !gpu.hasBFloat16, gpuCount > 0 {
      found.append(
        PlanFinding(
          .warning, "\(gpu.title) has no bfloat16; its rates are for float16, which TRL's settings here do not use"))
    }
    guard case .workers(let workers) = input.trainer, workers.precision == .bfloat16 else { return found }
    let steps = Set((1...input.configuration.iterations).map(input.configuration.method.step))
    // bfloat16 has 8 significant bits: half the distance between 0.02 and its neighbour.
    let half = pow(2, (log2(Self.commonWeight)).rounded(.down) - 8)
    let lost = steps.map { settings(of: $0).learningRate }.filter { $0 < half }
    if let rate = lost.min() {
      found.append(
        PlanFinding(
          .warning,
          "with weights in bfloat16 a step of the learning rate \(PlanNumber.scientific(Span(rate))) changes no weight of "
            + "\(Self.commonWeight): its neighbours are \(PlanNumber.scientific(Span(2 * half))) away, and nearly all updates "
            + "are rounded away; train with weights in float32"))
    }
    return found
  }

  private func budgetFindings(_ stages: [StageForecast]) -> [PlanFinding] {
    guard case .endpoint(let endpoint) = input.sampler else { return [] }
    var found: [PlanFinding] = []
    func check(_ need: Span, _ limit: Double, _ text: (Double) -> String) {
      if need.low > limit {
        found.append(
          PlanFinding(
            .refused,
            "the answers take at least \(text(need.low)), more than the budget of \(text(limit)); raise it, or ask for fewer samples"
          ))
      } else if need.high > limit {
        found.append(
          PlanFinding(.warning, "the answers may take up to \(text(need.high)), more than the budget of \(text(limit))")
        )
      }
    }
    if let limit = endpoint.budgetTokens {
      let tokens = stages.compactMap(\.generatedTokens).sum + stages.compactMap(\.promptTokens).sum
      check(tokens, Double(limit)) { "\(PlanNumber.count($0)) tokens" }
    }
    let charges = stages.compactMap(\.endpointDollars).sum
    if let limit = endpoint.budgetDollars {
      check(charges, limit) { PlanNumber.dollars(Span($0)) }
    }
    if endpoint.promptPerMillion == nil {
      found.append(
        PlanFinding(.note, "the server's price is not in the file (sampler.price), so its charge is not in the plan"))
    }
    return found
  }

  /// Workers that start more often than they work.
  private func startFindings(_ stages: [StageForecast]) -> [PlanFinding] {
    guard case .workers(let workers) = input.sampler, workers.questionsPerCall < Int.max else { return [] }
    var each = GPURates.samplerStart.value + Span(checkpointBytes) / GPURates.storage.value
    if workers.backend == .vllm { each += GPURates.vllmStart.value }
    let calls = stages.compactMap(\.questions).map { ($0.estimate / Double(workers.questionsPerCall)).rounded(.up) }
      .reduce(0, +)
    let share = calls * each.estimate / max(1, stages.map(\.seconds.estimate).reduce(0, +))
    guard share > 0.2 else { return [] }
    return [
      PlanFinding(
        .warning,
        "workers are started \(Int(calls)) times, once for \(workers.questionsPerCall) questions: about "
          + "\(Int((100 * share).rounded())) % of the time")
    ]
  }

  /// GPUs that wait for verdicts.
  private func judgingFindings(_ stages: [StageForecast]) -> [PlanFinding] {
    let judging = stages.compactMap(\.judgingSeconds).sum
    let share = judging.estimate / max(1, stages.map(\.seconds.estimate).reduce(0, +))
    guard gpuCount > 0, share > 0.2 else { return [] }
    return [
      PlanFinding(
        .warning,
        "the GPUs wait \(Int((100 * share).rounded())) % of the time for verdicts, which \(input.threads) processor cores give; "
          + "--threads plans with more")
    ]
  }

  private func rateFindings() -> [PlanFinding] {
    var found: [PlanFinding] = []
    if gpuCount > 0 {
      let given = input.gpuRates
      let assumed = [
        given.trainingTokensPerSecond == nil && input.trainer.gpuCount > 0 ? "training" : nil,
        given.samplingTokensPerSecond == nil && input.sampler.gpuCount > 0 ? "sampling" : nil,
      ].compactMap { $0 }
      if !assumed.isEmpty {
        let options = assumed.map { $0 == "training" ? "--train-rate" : "--sample-rate" }.joined(separator: " and ")
        found.append(
          PlanFinding(
            .note,
            "nobody has measured \(assumed.joined(separator: " and ")) on this GPU for this plan: times are data sheet × an "
              + "assumed utilisation, hence the ranges; measure a small run and give \(options)"))
      }
    }
    if input.coverage.basis == .assumed, usesSelection {
      found.append(PlanFinding(.note, "the share of correct answers is a guess; --coverage names it"))
    }
    return found
  }
}
