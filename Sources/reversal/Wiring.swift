import ClusterEngine
import Core
import EndpointEngine
import Engines
import Foundation
import Iteration
import PublishedModels
import Sandbox
import Tasks

/// The only place that names concrete engines and tasks.
enum Wiring {
  /// - Parameters:
  ///   - sampler: Who draws answers; nil is the embedded engine.
  ///   - trainer: The workers that train; nil is the embedded engine.
  ///   - spent: What the run has used up of a server so far.
  ///   - notify: Is told what a server lacks.
  static func engine(
    threads: Int?, batchSize: Int?, checksMemory: Bool, sampler: SamplerSettings?, trainer: WorkerTrainerSettings?,
    spent: TokenUsage?, notify: @escaping @Sendable (String) -> Void
  ) throws -> (sampler: any Sampler, trainer: any Trainer) {
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    let chosenSampler: any Sampler =
      switch sampler {
      case nil: NativeSampler(threads: threads, batchSize: batchSize ?? 64, checksMemory: checksMemory)
      case .endpoint(let server): try endpoint(server, spent: spent, notify: notify)
      case .workers(let workers): try WorkerSampler(workers, environment: environment)
      }
    if let trainer { return (chosenSampler, try WorkerTrainer(trainer, environment: environment)) }
    var options = NativeTrainingOptions()
    options.checksMemory = checksMemory
    return (chosenSampler, NativeTrainer(threads: threads, options: options))
  }

  static func endpoint(
    _ settings: EndpointSettings, spent: TokenUsage? = nil, notify: @escaping @Sendable (String) -> Void
  ) throws -> EndpointSampler {
    try EndpointSampler(settings, spent: spent ?? TokenUsage(), environment: environment, notify: notify)
  }

  private static var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// The benchmarks, whose programs run in a sandbox or, where the user asks for it, without one.
  static func tasks(_ isolation: Isolation, threads: Int?) -> TaskCatalog {
    TaskCatalog(
      programs: ProgramJudge(
        isolation: isolation,
        workerCount: threads ?? ProcessInfo.processInfo.activeProcessorCount))
  }

  /// The folder of a sentence encoder that the user names by its path or as `reversal model fetch` does.
  static func encoderFolder(_ text: String) throws -> URL { try ModelStore.standard().folder(text) }

  /// What measures semantic diversity; nil where the user names no encoder.
  static func embedder(_ text: String?, threads: Int, checksMemory: Bool) throws -> (any SentenceEmbedder)? {
    try text.map {
      try NativeSentenceEmbedder(contentsOf: try encoderFolder($0), threads: threads, checksMemory: checksMemory)
    }
  }

  /// Reads the model once before a run's folder is made, so that one that is broken or too large leaves nothing behind.
  static func checkModel(at folder: URL, threads: Int?, checksMemory: Bool) throws {
    try RunPreflight(
      modelAt: folder, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, checksMemory: checksMemory
    ).check()
  }

  /// The same for a model of a run. Where the embedded engine does not work on the run, the model may be one that it does not know.
  static func checkModel(
    of configuration: RunConfiguration, at folder: URL, threads: Int?, checksMemory: Bool
  ) throws {
    guard configuration.usesEmbeddedEngine else {
      let file = folder.appending(path: "config.json")
      guard FileManager.default.isReadableFile(atPath: file.path) else {
        throw InputError(file: folder.path, "holds no config.json that can be read; give a model's folder")
      }
      return
    }
    try checkModel(
      at: folder, threads: threads ?? configuration.threads,
      checksMemory: checksMemory && configuration.trainer == nil)
  }
}
