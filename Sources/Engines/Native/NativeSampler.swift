import Core
import Foundation
import LanguageModel
import Synchronization

/// Draws answers with the embedded engine.
public struct NativeSampler: Sampler {
  private let threads: Int
  private let batchSize: Int
  private let adapter: URL?
  private let checksMemory: Bool
  private let models: ModelCache

  /// - Parameters:
  ///   - threads: Processor cores to use; does not change a result.
  ///   - batchSize: Sequences decoded together over all threads; does not change a result.
  ///   - adapter: A PEFT folder that is merged into every model.
  ///   - checksMemory: Whether sampling that does not fit into memory is refused before it begins.
  public init(threads: Int, batchSize: Int = 64, adapter: URL? = nil, checksMemory: Bool = true) {
    models = ModelCache(adapter: adapter)
    self.threads = threads
    self.batchSize = batchSize
    self.adapter = adapter
    self.checksMemory = checksMemory
  }

  public func sample(
    from checkpoint: Checkpoint, requests: [SampleRequest], parameters: SamplingParameters,
    progress: @escaping ProgressHandler, finished: @escaping AnswerHandler
  ) async throws -> [Completion] {
    let delivery = AnswerDelivery()
    // Where one of the two fails, the other is cancelled.
    return try await withThrowingTaskGroup(of: [Completion]?.self) { group in
      group.addTask {
        defer { delivery.end() }
        return try await compute(checkpoint, requests, parameters, progress, delivery)
      }
      group.addTask {
        try await delivery.run(finished)
        return nil
      }
      var answers: [Completion] = []
      for try await result in group { answers += result ?? [] }
      return answers
    }
  }

  private func compute(
    _ checkpoint: Checkpoint, _ requests: [SampleRequest], _ parameters: SamplingParameters,
    _ progress: @escaping ProgressHandler, _ delivery: AnswerDelivery
  ) async throws -> [Completion] {
    try await ComputeThread.run { isCancelled in
      let prompts = requests.flatMap { request in request.runs.map { (prompt: request.prompt, samples: $0) } }
      let total = prompts.reduce(0) { $0 + $1.samples.count }
      // What a single token takes, before the model is mapped; the prompts' lengths are known only then.
      try refuseTooLarge(checkpoint.folder, prompts.count, total, promptTokens: 1, parameters, isMapped: false)
      let loaded = try models.model(at: checkpoint.folder)
      let tokenizer = loaded.tokenizer
      let work = prompts.map {
        GenerationRequest(
          id: $0.prompt.problemID.rawValue, promptTokens: tokenizer.tokens(prompt: $0.prompt.text),
          sampleIndices: $0.samples)
      }
      let longest = work.map(\.promptTokens.count).max() ?? 1
      try refuseTooLarge(checkpoint.folder, prompts.count, total, promptTokens: longest, parameters, isMapped: true)
      let count = Mutex(0)
      @Sendable func completion(_ sample: Generation, of request: Int) -> Completion {
        Completion(
          problemID: prompts[request].prompt.problemID, sampleIndex: sample.sampleIndex,
          decoding: parameters.decoding, text: sample.text, tokenIDs: sample.tokens.map(Int.init),
          finishReason: sample.isComplete ? .stop : .length, tokenCount: sample.tokenCount,
          logProbability: sample.logProbability)
      }
      let generator = Generator(loaded.model) { tokenizer.completionBytes(of: Int($0)) }
      let generations = try generator.generate(
        work, settings(parameters),
        onFinish: { request, sample in
          delivery.add(completion(sample, of: request))
          let completed = count.withLock {
            $0 += 1
            return $0
          }
          progress(StageProgress(completed: completed, total: total, unit: "answers"))
        }, isCancelled: isCancelled)
      return generations.enumerated().flatMap { request, samples in samples.map { completion($0, of: request) } }
    }
  }

  private func settings(_ parameters: SamplingParameters) -> GenerationSettings {
    GenerationSettings(
      isGreedy: parameters.decoding == .greedy, temperature: Float(parameters.temperature),
      topP: Float(parameters.topP), maxTokens: parameters.maxTokens, stop: parameters.stop, seed: parameters.seed,
      batchSize: batchSize, threads: threads)
  }

  /// - Parameter isMapped: Whether the weights have their addresses already.
  /// - Throws: `ModelError` with the estimate where memory does not suffice.
  private func refuseTooLarge(
    _ folder: URL, _ promptCount: Int, _ sampleCount: Int, promptTokens: Int, _ parameters: SamplingParameters,
    isMapped: Bool
  ) throws {
    guard checksMemory else { return }
    let need = try MemoryNeed.sampling(
      ModelConfiguration(contentsOf: folder), storedBytes: StoredWeights.byteCount(in: folder),
      isMerged: adapter != nil, requestCount: promptCount, sampleCount: sampleCount,
      promptTokens: promptTokens, settings(parameters))
    try (isMapped ? need.mapped : need).refuse(
      beyond: SystemMemory.room, advice: "use a smaller batch size, fewer tokens a completion, or a smaller model")
  }
}

extension MemoryNeed {
  /// The same once the files are mapped.
  fileprivate var mapped: MemoryNeed { MemoryNeed(work, parts, threads: threads) }
}
