import Core
import Iteration

extension PlanInput {
  /// Chooses what samples and trains: what the configuration names, and GPUs in place of the embedded engine where the user
  /// asks for them and the configuration names none.
  ///
  /// - Parameters:
  ///   - gpu: nil where the plan is for processors.
  ///   - gpus: Instead of the configuration's number.
  ///   - file: The configuration, for messages.
  /// - Throws: `InputError` where the configuration computes on GPUs and `gpu` is nil, or the other way round.
  public mutating func chooseEngines(gpu: GPUModel?, gpus: Int?, file: String) throws {
    self.gpu = gpu
    switch configuration.sampler {
    case nil: sampler = .native(batchSize: configuration.sampling.batchSize ?? 64)
    case .endpoint(let settings): sampler = .endpoint(PlannedSampler.Endpoint(settings))
    case .workers(let settings): sampler = .workers(PlannedSampler.Workers(settings))
    }
    trainer = configuration.trainer.map { .workers(PlannedTrainer.Workers($0)) } ?? .native
    let named = max(sampler.gpuCount, trainer.gpuCount)
    guard gpu != nil else {
      guard named == 0 else {
        throw InputError(file: file, "computes on GPUs; say on which kind, as --gpu h100")
      }
      return
    }
    if named > 0 {
      try use(gpus ?? named, instead: named, file: file)
    } else {
      try replaceEmbeddedEngine(gpus ?? 1, file: file)
    }
  }

  /// Another number of GPUs than the configuration's: as many copies and processes.
  private mutating func use(_ gpus: Int, instead named: Int, file: String) throws {
    guard gpus != named else { return }
    if case .workers(var workers) = sampler, workers.usesGPU {
      guard gpus >= workers.gpusPerCopy else {
        throw InputError(file: file, "spreads a copy over \(workers.gpusPerCopy) GPUs; give --gpus as many or more")
      }
      workers.copies = gpus / workers.gpusPerCopy
      sampler = .workers(workers)
    }
    if case .workers(var workers) = trainer, workers.usesGPU {
      workers.processes = gpus
      trainer = .workers(workers)
    }
    findings.append(PlanFinding(.note, "the file is for \(named) GPUs, the plan for \(gpus)"))
  }

  /// What the plan is for where the configuration names the embedded engine and the user GPUs.
  private mutating func replaceEmbeddedEngine(_ gpus: Int, file: String) throws {
    var replaced: [String] = []
    if case .native = sampler {
      sampler = .workers(PlannedSampler.Workers(copies: gpus, usesRay: false))
      replaced.append("vLLM to sample")
    }
    if case .native = trainer {
      trainer = .workers(PlannedTrainer.Workers(processes: gpus, usesRay: false))
      replaced.append("TRL to train, in mixed precision with FSDP and recomputed activations")
    }
    guard !replaced.isEmpty else {
      throw InputError(file: file, "computes on processors by its own settings; leave out --gpu, or set 'device: cuda'")
    }
    findings.append(
      PlanFinding(
        .note,
        "the file names the embedded engine; the plan is for \(gpus) GPU\(gpus == 1 ? "" : "s") in its place, with "
          + replaced.joined(separator: " and ")))
  }

  /// Whether the embedded engine does any of the work.
  public var usesNativeEngine: Bool {
    if case .native = sampler { return true }
    return trainer == .native
  }
}

extension PlannedSampler.Endpoint {
  init(_ settings: EndpointSettings) {
    self.init(
      concurrency: settings.concurrency.max, promptPerMillion: settings.price?.promptPerMillion,
      completionPerMillion: settings.price?.completionPerMillion, budgetTokens: settings.budget?.tokens,
      budgetDollars: settings.budget?.dollars)
  }
}

extension PlannedSampler.Workers {
  init(_ settings: WorkerSamplerSettings) {
    let sampling = settings.sampling
    let isServing = sampling.backend == .vllm
    func number(_ name: String) -> Double? {
      switch sampling.options[name] {
      case .integer(let value): Double(value)
      case .number(let value): value
      case .flag, .text, nil: nil
      }
    }
    // vLLM spreads a copy by its own option; Ray only reserves the GPUs.
    let spread = number("tensor_parallel_size").map { Int($0) } ?? max(1, sampling.gpusPerActor)
    self.init(
      backend: isServing ? .vllm : .transformers, usesGPU: sampling.device == .cuda, copies: sampling.actors,
      gpusPerCopy: max(1, spread), bytesPerWeight: sampling.dtype == .float32 ? 4 : 2,
      sequences: isServing ? number("max_num_seqs").map { max(1, Int($0)) } ?? 256 : sampling.block,
      memoryShare: number("gpu_memory_utilization") ?? 0.9, shardSamples: sampling.shardSamples,
      questionsPerCall: PlannedSampler.workerQuestionsPerCall, usesRay: settings.connection.engine == .ray)
  }
}

extension PlannedTrainer.Workers {
  init(_ settings: WorkerTrainerSettings) {
    let training = settings.training
    let strategy: PlannedTrainer.Strategy =
      switch training.strategy {
      case .ddp: .ddp
      case .fsdp: .fsdp
      case .deepspeed: .deepspeed
      }
    self.init(
      usesGPU: training.device == .cuda, processes: training.processes,
      precision: Self.precision(training.dtype), strategy: strategy, microRows: training.microRows,
      recomputes: training.recomputesActivations, loraRank: training.adapter?.rank,
      loraTargets: training.adapter.flatMap { $0.targets.isEmpty ? nil : $0.targets }, saveEvery: training.saveEvery,
      batchRows: training.batchRows, usesRay: settings.connection.engine == .ray)
  }

  private static func precision(_ dtype: WorkerDtype) -> PlannedTrainer.Precision {
    switch dtype {
    case .mixed: .mixed
    case .bfloat16: .bfloat16
    // The configuration refuses float16 in training.
    case .float32, .float16: .float32
    }
  }
}
