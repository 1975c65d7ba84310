import Core
import EndpointEngine
import Engines
import Foundation
import PublishedModels
import Sandbox
import Tasks

/// The only place that names concrete engines and tasks.
enum Wiring {
  /// - Parameters:
  ///   - endpoint: The server that answers; nil is the embedded engine.
  ///   - spent: What the run has used up of a server so far.
  ///   - notify: Is told what a server lacks.
  static func engine(
    threads: Int?, batchSize: Int?, checksMemory: Bool, endpoint: EndpointSettings?, spent: TokenUsage?,
    notify: @escaping @Sendable (String) -> Void
  ) throws -> (sampler: any Sampler, trainer: any Trainer) {
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    let sampler: any Sampler =
      if let endpoint { try Self.endpoint(endpoint, spent: spent, notify: notify) } else {
        NativeSampler(threads: threads, batchSize: batchSize ?? 64, checksMemory: checksMemory)
      }
    var options = NativeTrainingOptions()
    options.checksMemory = checksMemory
    return (sampler, NativeTrainer(threads: threads, options: options))
  }

  static func endpoint(
    _ settings: EndpointSettings, spent: TokenUsage? = nil, notify: @escaping @Sendable (String) -> Void
  ) throws -> EndpointSampler {
    try EndpointSampler(
      settings, spent: spent ?? TokenUsage(), environment: ProcessInfo.processInfo.environment, notify: notify)
  }

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
  static func checkModel(at folder: String, threads: Int?, checksMemory: Bool) throws {
    try RunPreflight(
      modelAt: URL(filePath: folder), threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
      checksMemory: checksMemory
    ).check()
  }
}
