import Core

/// What `rollout.py` reads.
struct RolloutSpecification: Encodable, Sendable {
  let engine: WorkerEngine
  let model: String
  let prompts: String
  let output: String
  let parameters: SamplingParameters
  let settings: WorkerSampling

  private struct Sampling: Encodable {
    let decoding: Decoding
    let temperature: Double
    let topP: Double
    let maxTokens: Int
    let stop: [String]
    let seed: UInt64
  }

  private struct Backend: Encodable {
    let name: WorkerSampling.Backend
    let device: WorkerDevice
    let dtype: WorkerDtype
    let block: Int
    let threads: Int
    let options: [String: WorkerOption]
  }

  private struct Actors: Encodable {
    let count: Int
    let cpus: Double
    let gpus: Int
  }

  private enum CodingKeys: String, CodingKey {
    case kind, engine, model, prompts, output, sampling, backend, actors, shardSamples
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode("rollout", forKey: .kind)
    try values.encode(engine, forKey: .engine)
    try values.encode(model, forKey: .model)
    try values.encode(prompts, forKey: .prompts)
    try values.encode(output, forKey: .output)
    try values.encode(
      Sampling(
        decoding: parameters.decoding, temperature: parameters.temperature, topP: parameters.topP,
        maxTokens: parameters.maxTokens, stop: parameters.stop, seed: parameters.seed), forKey: .sampling)
    try values.encode(
      Backend(
        name: settings.backend, device: settings.device, dtype: settings.dtype, block: settings.block,
        threads: settings.threads, options: settings.options), forKey: .backend)
    try values.encode(
      Actors(count: settings.actors, cpus: settings.cpusPerActor, gpus: settings.gpusPerActor), forKey: .actors)
    try values.encode(settings.shardSamples, forKey: .shardSamples)
  }
}
