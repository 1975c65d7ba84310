import Foundation
import Iteration
import LanguageModel
import RunStore

extension Forecaster {
  /// What is asked in a stage.
  struct Asking {
    let set: QuestionSet
    let isGreedy: Bool
    let questions: Span
    let samples: Span
    /// Each question's prompt once.
    let promptTokens: Span
    /// Of an answer.
    let answerTokens: Span
    var generatedTokens: Span { samples * answerTokens }
    /// Samples a question.
    var width: Double { samples.estimate / max(1, questions.estimate) }
  }

  func answering(_ key: StageKey) -> StageForecast {
    var stage = StageForecast(key)
    let asking = asking(key.stage)
    stage.questions = asking.questions
    stage.samples = asking.samples
    stage.promptTokens = asking.promptTokens
    stage.generatedTokens = asking.generatedTokens
    stage.working.append(
      "tokens = \(PlanNumber.count(asking.samples)) answers × \(PlanNumber.decimal(asking.answerTokens)) = "
        + "\(PlanNumber.count(asking.generatedTokens)) generated; \(PlanNumber.count(asking.promptTokens)) of prompts")
    switch input.sampler {
    case .native(let batchSize): sampleNatively(asking, batchSize, &stage)
    case .workers(let workers):
      workers.usesGPU ? sample(asking, workers, &stage) : sampleOnProcessors(asking, workers, &stage)
    case .endpoint(let endpoint): sample(asking, endpoint, &stage)
    }
    let isOther = key.stage == .evaluateOutOfDistribution
    let task = isOther ? input.configuration.data?.oodTask ?? input.configuration.task : input.configuration.task
    let judging = JudgingRates.judging(task: task)
    let judged = asking.samples * judging.value / Double(input.threads) + asking.samples * JudgingRates.storing.value
    stage.judgingSeconds = judged
    stage.seconds += judged
    stage.working.append(
      "judging = \(PlanNumber.count(asking.samples)) × (\(PlanNumber.scientific(judging.value)) s / \(input.threads) threads + "
        + "\(PlanNumber.scientific(JudgingRates.storing.value)) s to keep) = \(PlanNumber.duration(judged))")
    return stage
  }

  private func asking(_ stage: Stage) -> Asking {
    let evaluation = input.configuration.evaluation
    let n = input.configuration.sampling.n
    func whole(_ set: QuestionSet, indices: [Int]? = nil, samples: Int, isGreedy: Bool) -> Asking {
      let count = indices?.count ?? set.count
      // Numbers of a file may be above what integers multiply to.
      return Asking(
        set: set, isGreedy: isGreedy, questions: Span(count), samples: Span(Double(count) * Double(samples)),
        promptTokens: set.prompts.total(of: indices, count: count), answerTokens: answerTokens(set))
    }
    switch stage {
    case .evaluateOutOfDistribution:
      return whole(input.outOfDistribution ?? input.test, samples: 1, isGreedy: true)
    case .sampleTrain: return whole(input.train, samples: n, isGreedy: false)
    case .sampleTest:
      let sampled = evaluation.sampledQuestions(of: Array(0..<input.test.count))
      return whole(input.test, indices: sampled, samples: evaluation.samples, isGreedy: false)
    case .sampleFailed:
      let failed = Span(
        1 - input.passAt1.value.estimate, low: 1 - input.passAt1.value.high, high: 1 - input.passAt1.value.low)
      let sampled = min(input.test.count, evaluation.questions ?? .max)
      let drawn = min(evaluation.samples, evaluation.firstIterationSamples)
      let further = evaluation.firstIterationSamples - drawn
      let asked = (further > 0 ? sampled : 0) + input.test.count - sampled
      let samples =
        Double(sampled) * Double(further)
        + Double(input.test.count - sampled) * Double(evaluation.firstIterationSamples)
      return Asking(
        set: input.test, isGreedy: false, questions: failed * Double(asked), samples: failed * samples,
        promptTokens: failed * input.test.prompts.meanTokens * Double(asked), answerTokens: failedAnswerTokens(failed))
    case .evaluateTest, .select, .train: return whole(input.test, samples: 1, isGreedy: true)
    }
  }

  /// Tokens of an answer to a question that M_1 fails: these are the longer ones. Between those of questions at random and of
  /// the share with the longest human answers, in the middle where nothing is measured.
  private func failedAnswerTokens(_ failed: Span) -> Span {
    let all = answerTokens(input.test)
    guard input.answerTokens == nil, let each = input.test.answers.each, !each.isEmpty else { return all }
    let limit = Double(input.configuration.sampling.maxTokens)
    let count = max(1, Int((failed.estimate * Double(each.count)).rounded()))
    let longest = each.sorted(by: >).prefix(count).reduce(0.0) { $0 + min(limit, Double($1) + 1) } / Double(count)
    let ratio = longest / max(1, all.estimate)
    return Span(all.estimate * (1 + ratio) / 2, low: all.low, high: min(limit, all.high * ratio))
  }

  /// Positions that a generated token looks at, on average.
  private func attended(_ asking: Asking) -> Double {
    asking.set.prompts.meanTokens.estimate + asking.answerTokens.estimate / 2
  }

  // MARK: On processors

  private func sampleNatively(_ asking: Asking, _ batchSize: Int, _ stage: inout StageForecast) {
    let workers = max(1, min(input.threads, batchSize))
    let readings = max(1, (asking.width / Double(max(1, batchSize / workers))).rounded(.up))
    let rates = input.processorRates
    let rate = asking.isGreedy ? rates.greedy : rates.sampling
    sampleOnProcessors(asking, promptReadings: readings, rate: rate, &stage)
    let questions = min(PlannedSampler.nativeQuestionsPerCall, Int(asking.questions.estimate.rounded(.up)))
    let samples = Int(min(1e15, Double(questions) * max(1, asking.width.rounded(.up))))
    let need = MemoryNeed.sampling(
      input.shape.configuration, storedBytes: 4 * input.shape.parameterCount, isMerged: false,
      requestCount: max(1, questions), sampleCount: max(1, samples), promptTokens: max(1, asking.set.prompts.longest),
      GenerationSettings(
        isGreedy: asking.isGreedy, maxTokens: input.configuration.sampling.maxTokens, batchSize: batchSize,
        threads: input.threads))
    stage.memory = MemoryForecast(
      .machine,
      need.parts.map { .init($0.name, Double($0.bytes)) } + [
        .init("program", Double(input.residentMemory))
      ], available: input.machineMemory.map { Double($0 + input.residentMemory) })
    stage.working.append("memory: the embedded engine's own estimate for such prompts")
  }

  private func sampleOnProcessors(
    _ asking: Asking, _ workers: PlannedSampler.Workers, _ stage: inout StageForecast
  ) {
    let rates = ProcessorRates.transformers(threads: input.threads)
    let readings = max(1, (asking.width / Double(workers.sequences)).rounded(.up))
    sampleOnProcessors(
      asking, promptReadings: readings, rate: asking.isGreedy ? rates.greedy : rates.sampling, &stage)
    start(workers, asking, &stage)
  }

  private func sampleOnProcessors(
    _ asking: Asking, promptReadings: Double, rate: PlanConstant, _ stage: inout StageForecast
  ) {
    let prompt = asking.set.prompts.meanTokens.estimate
    let flop = Span.increasing(asking.promptTokens, asking.generatedTokens, asking.questions) {
      prompts, tokens, asked in
      input.shape.forwardFLOP(
        tokens: prompts * promptReadings, headPositions: asked * promptReadings, attended: prompt / 2)
        + input.shape.forwardFLOP(tokens: tokens, headPositions: tokens, attended: attended(asking))
    }
    stage.seconds = flop / rate.value
    stage.working.append(
      "time = \(PlanNumber.scientific(flop)) FLOP (prompts read \(PlanNumber.decimal(Span(promptReadings))) ×) / "
        + "\(PlanNumber.scientific(rate.value)) FLOP/s = \(PlanNumber.duration(stage.seconds))")
  }

  // MARK: On GPUs

  private func sample(_ asking: Asking, _ workers: PlannedSampler.Workers, _ stage: inout StageForecast) {
    let serving = ServingMemory(shape: input.shape, workers: workers, gpuBytes: input.gpu?.memoryBytes ?? 0)
    let prompt = asking.set.prompts.meanTokens.estimate
    let mean = prompt + asking.answerTokens.estimate
    stage.memory = serving.forecast(longest: longestSequence(asking.set), mean: mean)
    let copies = Double(workers.copies)
    // A copy gets a shard at a time, or its share of the answers where they are fewer.
    let width = workers.backend == .vllm ? Double(workers.shardSamples) : serving.sequences(tokens: mean)
    let shard = max(1, min(width, asking.samples.estimate / copies))
    let together = min(serving.sequences(tokens: mean), shard)
    let gpus = Double(workers.gpusPerCopy)
    let (peak, bandwidth) = (input.gpu?.bfloat16Peak ?? 1, input.gpu?.bandwidth ?? 1)
    if let given = input.gpuRates.samplingTokensPerSecond {
      stage.seconds = asking.generatedTokens / (given.value * (copies * gpus))
      stage.working.append(
        "time = \(PlanNumber.count(asking.generatedTokens)) tokens / (\(workers.copies * workers.gpusPerCopy) GPUs × "
          + "\(PlanNumber.decimal(given.value)) tokens/s) = \(PlanNumber.duration(stage.seconds))")
    } else {
      let step: Span
      switch workers.backend {
      case .vllm:
        let weights = Double(input.shape.parameterCount) * workers.bytesPerWeight
        let cache =
          together * attended(asking) * input.shape.keyValueBytes(bytesPerNumber: workers.bytesPerWeight)
        let read = Span((weights + cache) / gpus) / (input.gpuRates.decoding.value * bandwidth)
        let computed =
          Span(2 * input.shape.matrixWeights * together / gpus) / (input.gpuRates.prefill.value * peak)
        step = read.estimate > computed.estimate ? read : computed
        stage.working.append(
          "a step of \(PlanNumber.decimal(Span(together))) sequences reads \(PlanNumber.bytes(weights)) weights and "
            + "\(PlanNumber.bytes(cache)) keys and values: / (\(workers.gpusPerCopy) × \(PlanNumber.scientific(Span(bandwidth))) "
            + "bytes/s × \(PlanNumber.decimal(input.gpuRates.decoding.value))) = \(PlanNumber.duration(step))")
      case .transformers: step = GPURates.transformersStep.value
      }
      // A copy waits for the last of its shard before it takes another.
      let longest = max(asking.answerTokens.estimate, longestAnswer(asking.set))
      let shards = asking.samples.map { max(1, $0 / shard / copies) }
      let steps = asking.answerTokens.map { shard * $0 / together + max(0, longest - $0) }
      let decoding = shards * steps * step
      let prefill =
        Span.increasing(asking.promptTokens, asking.questions, .zero) { tokens, asked, _ in
          input.shape.forwardFLOP(tokens: tokens, headPositions: asked, attended: prompt / 2)
        } / (input.gpuRates.prefill.value * (peak * copies * gpus))
      stage.seconds = decoding + prefill
      stage.working.append(
        "time = \(PlanNumber.decimal(shards)) shards a copy × \(PlanNumber.decimal(steps)) steps × "
          + "\(PlanNumber.duration(step)) + \(PlanNumber.duration(prefill)) to read the prompts = "
          + PlanNumber.duration(stage.seconds))
    }
    start(workers, asking, &stage)
  }

  /// Tokens of the longest sequence that may come.
  func longestSequence(_ set: QuestionSet) -> Double {
    Double(set.prompts.longest) * set.prompts.factor.estimate + Double(input.configuration.sampling.maxTokens)
  }

  /// Workers are started for each call, and read the model each time.
  private func start(_ workers: PlannedSampler.Workers, _ asking: Asking, _ stage: inout StageForecast) {
    let calls = asking.questions.map { max(1, ($0 / Double(workers.questionsPerCall)).rounded(.up)) }
    var each = GPURates.samplerStart.value + Span(checkpointBytes) / GPURates.storage.value
    if workers.backend == .vllm { each += GPURates.vllmStart.value }
    let total = calls * each
    stage.seconds += total
    stage.working.append(
      "starting: \(PlanNumber.decimal(calls)) × \(PlanNumber.duration(each)) = \(PlanNumber.duration(total))")
  }

  // MARK: On a server

  private func sample(_ asking: Asking, _ endpoint: PlannedSampler.Endpoint, _ stage: inout StageForecast) {
    let together = min(Double(endpoint.concurrency) * max(1, asking.width), max(1, asking.samples.estimate))
    stage.seconds = asking.generatedTokens / (GPURates.endpointStream.value * together)
    stage.working.append(
      "time = \(PlanNumber.count(asking.generatedTokens)) tokens / (\(PlanNumber.decimal(Span(together))) answers at a time × "
        + "\(PlanNumber.decimal(GPURates.endpointStream.value)) tokens/s) = \(PlanNumber.duration(stage.seconds))")
    guard let prompt = endpoint.promptPerMillion, let completion = endpoint.completionPerMillion else { return }
    // A server that ignores `n` reads, and charges, the prompt for each sample.
    let billed = billedPromptTokens(asking)
    stage.endpointDollars = billed * (prompt / 1e6) + asking.generatedTokens * (completion / 1e6)
    stage.working.append(
      "charge = \(PlanNumber.count(billed)) prompt tokens × $\(prompt) + \(PlanNumber.count(asking.generatedTokens)) × "
        + "$\(completion) a million = \(PlanNumber.dollars(stage.endpointDollars ?? .zero))")
  }

  private func billedPromptTokens(_ asking: Asking) -> Span {
    // At most 128 answers a request.
    let requests = max(1, (asking.width / 128).rounded(.up))
    return Span(
      asking.promptTokens.estimate * requests, low: asking.promptTokens.low * requests,
      high: asking.promptTokens.high * max(requests, asking.width))
  }
}
