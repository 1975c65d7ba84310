import Core

/// What `train.py` reads.
struct TrainSpecification: Encodable, Sendable {
  enum Method: String, Encodable, Sendable {
    case sft, dpo
  }

  let engine: WorkerEngine
  let method: Method
  let model: String
  /// nil for supervised rows.
  let reference: String?
  let rows: String
  let output: String
  let training: TrainingSettings
  let settings: WorkerTraining

  private struct Training: Encodable {
    let epochs: Int
    let learningRate: Double
    let warmupFraction: Double
    let finalFraction: Double
    let weightDecay: Double
    let beta1: Double
    let beta2: Double
    let epsilon: Double
    let gradientClip: Double
    let batchRows: Int?
    let batchTokens: Int
    let beta: Double
    let seed: UInt64
  }

  private struct Processes: Encodable {
    let count: Int
    let device: WorkerDevice
    let cpus: Double
    let threads: Int
    let dtype: WorkerDtype
    let microRows: Int
    let recompute: Bool
    let saveEvery: Int
    let restarts: Int
  }

  private struct Strategy: Encodable {
    let name: WorkerTraining.Strategy
    let options: [String: WorkerOption]
  }

  private struct Adapter: Encodable {
    let rank: Int
    let alpha: Double
    let targets: [String]
    let merge: Bool
  }

  private enum CodingKeys: String, CodingKey {
    case kind, engine, method, model, reference, rows, output, training, processes, strategy, lora
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode("train", forKey: .kind)
    try values.encode(engine, forKey: .engine)
    try values.encode(method, forKey: .method)
    try values.encode(model, forKey: .model)
    try values.encodeIfPresent(reference, forKey: .reference)
    try values.encode(rows, forKey: .rows)
    try values.encode(output, forKey: .output)
    try values.encode(
      Training(
        epochs: training.epochs, learningRate: training.learningRate, warmupFraction: training.warmupFraction,
        finalFraction: training.finalLearningRateFraction, weightDecay: training.weightDecay, beta1: training.beta1,
        beta2: training.beta2, epsilon: training.epsilon, gradientClip: training.gradientClip,
        batchRows: method == .dpo ? training.batchPairs : settings.batchRows, batchTokens: training.batchTokens,
        beta: training.beta, seed: training.seed), forKey: .training)
    try values.encode(
      Processes(
        count: settings.processes, device: settings.device, cpus: settings.cpusPerProcess, threads: settings.threads,
        dtype: settings.dtype, microRows: settings.microRows, recompute: settings.recomputesActivations,
        saveEvery: settings.saveEvery, restarts: settings.restarts), forKey: .processes)
    try values.encode(Strategy(name: settings.strategy, options: settings.options), forKey: .strategy)
    if let adapter = settings.adapter {
      try values.encode(
        Adapter(rank: adapter.rank, alpha: adapter.alpha, targets: adapter.targets, merge: true), forKey: .lora)
    }
  }
}
