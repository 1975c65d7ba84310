import Iteration
import LanguageModel
import RunStore

/// Computes what a run will take from its configuration, its questions and its machine: stage by stage, in the run's order.
public struct Forecaster: Sendable {
  let input: PlanInput
  let plan: RunPlan

  public init(_ input: PlanInput) {
    self.input = input
    plan = RunPlan(
      configuration: input.configuration, trainCount: input.train.count, testCount: input.test.count,
      outOfDistributionCount: input.outOfDistribution?.count ?? 0)
  }

  public func forecast() -> RunForecast {
    var stages: [StageForecast] = []
    for iteration in 1...input.configuration.iterations {
      stages.append(selecting(iteration))
      stages.append(training(iteration))
      stages += plan.answering(iteration).map { answering(StageKey(iteration, $0)) }
    }
    let gpuCount = self.gpuCount
    if gpuCount > 0 {
      for index in stages.indices { stages[index].gpuHours = stages[index].seconds * (Double(gpuCount) / 3600) }
    }
    let samples = stages.compactMap(\.samples).sum
    let audit = JudgingRates.auditing.value * samples
    return RunForecast(
      questions: questions, settings: settings, stages: stages, auditSeconds: audit,
      totals: totals(stages, audit: audit, gpuCount: gpuCount),
      findings: input.findings + findings(stages), constants: constants, gpuCount: gpuCount)
  }

  /// GPUs that are held while the run goes on; sampler and trainer take turns on the same ones.
  var gpuCount: Int { max(input.sampler.gpuCount, input.trainer.gpuCount) }

  private func totals(_ stages: [StageForecast], audit: Span, gpuCount: Int) -> RunForecast.Totals {
    let seconds = stages.map(\.seconds).sum + audit
    // The GPUs are given back before the audit.
    let gpuHours = gpuCount > 0 ? stages.compactMap(\.gpuHours).sum : nil
    let machine = input.pricePerHour.map { (gpuHours ?? seconds / 3600) * $0 }
    let charges = stages.compactMap(\.endpointDollars)
    let endpoint = charges.isEmpty ? nil : charges.sum
    return RunForecast.Totals(
      samples: stages.compactMap(\.samples).sum, promptTokens: stages.compactMap(\.promptTokens).sum,
      generatedTokens: stages.compactMap(\.generatedTokens).sum,
      trainedTokens: stages.compactMap(\.trainedTokens).sum, seconds: seconds, gpuHours: gpuHours,
      disk: disk(stages), machineDollars: machine, endpointDollars: endpoint,
      dollars: machine == nil && endpoint == nil ? nil : (machine ?? .zero) + (endpoint ?? .zero))
  }

  private func disk(_ stages: [StageForecast]) -> RunForecast.Disk {
    let samples = stages.compactMap(\.samples).sum
    // D_t keeps the texts and the tokens of its rows again.
    let rows = stages.filter { $0.stage == .select }.map { $0.rows ?? .zero }.sum
    let rowTokens = stages.filter { $0.stage == .train }.map { keptTokens($0) }.sum
    let tokens = stages.compactMap(\.generatedTokens).sum + rowTokens
    let database = StorageRates.answer.value * (samples + rows) + StorageRates.token.value * tokens
    var workers = Span.zero
    if case .workers = input.sampler {
      workers += StorageRates.shardToken.value * stages.compactMap(\.generatedTokens).sum
    }
    if case .workers(let trainer) = input.trainer, trainer.saveEvery > 0 {
      let bytes = trainer.precision.bytes
      let weights = trainer.loraRank.map {
        TrainingMemory.adapterWeights(input.shape, rank: $0, targets: trainer.loraTargets)
      }
      workers += Span(
        2 * (weights ?? Double(input.shape.parameterCount)) * (bytes.weight + bytes.master + bytes.moments))
    }
    return RunForecast.Disk(
      checkpoints: Span(checkpointBytes * Double(input.configuration.iterations)), database: database, workers: workers)
  }

  /// Tokens of the answers in D_t, which are kept with it; prompts are not.
  private func keptTokens(_ training: StageForecast) -> Span {
    let step = input.configuration.method.step(at: training.iteration)
    let isHuman = step == .humanAnswers || step == .goldAnswers
    let answer = isHuman ? input.train.answers.meanTokens : answerTokens(input.train)
    return (training.rows ?? .zero) * answer * (step == .selfDPO ? 2 : 1)
  }

  /// Bytes of a written model.
  var checkpointBytes: Double {
    let perWeight: Double =
      switch input.trainer {
      case .native: 4
      case .workers(let workers): workers.precision.storedBytes
      }
    return perWeight * Double(input.shape.parameterCount)
  }

  /// Every constant that a number of this plan rests on.
  private var constants: [PlanConstant] {
    var found = [input.coverage, input.passAt1, lengthening]
    if usesSelection { found += [Self.concentration, Self.entropy] }
    found += [JudgingRates.judging(task: input.configuration.task), JudgingRates.storing, JudgingRates.auditing]
    found += [StorageRates.answer, StorageRates.token]
    switch input.sampler {
    case .native: found += [input.processorRates.sampling, input.processorRates.greedy]
    case .endpoint: found.append(GPURates.endpointStream)
    case .workers(let workers):
      found += [GPURates.samplerStart, StorageRates.shardToken]
      if !workers.usesGPU {
        let rates = ProcessorRates.transformers(threads: input.threads)
        found += [rates.sampling, rates.greedy]
      } else if workers.backend == .vllm {
        found += [GPURates.vllmStart, ServingMemory.workspace]
        found +=
          input.gpuRates.samplingTokensPerSecond.map { [$0] } ?? [input.gpuRates.decoding, input.gpuRates.prefill]
      } else {
        found += [GPURates.transformersStep, ServingMemory.workspace, input.gpuRates.prefill]
      }
    }
    switch input.trainer {
    case .native:
      found += [input.processorRates.training, Self.nativeStorage]
      if usesPreference { found += [input.processorRates.preference, input.processorRates.scoring] }
    case .workers(let workers):
      found += [GPURates.trainerStart, GPURates.storage, TrainingMemory.reserve]
      if input.train.rows == nil { found.append(GPURates.padding) }
      if workers.usesGPU {
        found.append(input.gpuRates.trainingTokensPerSecond ?? input.gpuRates.training)
      } else {
        found.append(ProcessorRates.transformers(threads: input.threads).training)
      }
    }
    if let gpu = input.gpu {
      let sheet = "\(gpu.title)"
      found += [
        PlanConstant("GPU memory", Span(gpu.memoryBytes), "bytes", .dataSheet, sheet),
        PlanConstant("bfloat16 peak", Span(gpu.bfloat16Peak), "FLOP/s", .dataSheet, sheet),
        PlanConstant("float32 peak", Span(gpu.float32Peak), "FLOP/s", .dataSheet, sheet),
        PlanConstant("memory bandwidth", Span(gpu.bandwidth), "bytes/s", .dataSheet, sheet),
      ]
    }
    return found
  }

  private var steps: [ImprovementMethod.Step] {
    (1...input.configuration.iterations).map(input.configuration.method.step)
  }
  var usesSelection: Bool { steps.contains { $0 != .humanAnswers } }
  var usesPreference: Bool { steps.contains(.selfDPO) }

  /// Native checkpoints: written, synchronised, and read again for their SHA-256.
  static let nativeStorage = PlanConstant(
    "writing a checkpoint", Span(2e8, low: 5e7, high: 1e9), "bytes/s", .assumed, "disks differ")
}
