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
    from checkpoint: Checkpoint, prompts: [Prompt], parameters: SamplingParameters, progress: @escaping ProgressHandler
  ) async throws -> [Completion] {
    try await ComputeThread.run { isCancelled in
      // What a single token takes, before the model is mapped; the prompts' lengths are known only then.
      try refuseTooLarge(checkpoint.folder, prompts.count, promptTokens: 1, parameters, isMapped: false)
      let loaded = try models.model(at: checkpoint.folder)
      let tokenizer = loaded.tokenizer
      let indices = parameters.firstSampleIndex..<(parameters.firstSampleIndex + parameters.sampleCount)
      let requests = prompts.map {
        GenerationRequest(
          id: $0.problemID.rawValue, promptTokens: tokenizer.tokens(prompt: $0.text), sampleIndices: indices)
      }
      let longest = requests.map(\.promptTokens.count).max() ?? 1
      try refuseTooLarge(checkpoint.folder, requests.count, promptTokens: longest, parameters, isMapped: true)
      let total = requests.count * parameters.sampleCount
      let finished = Mutex(0)
      let generator = Generator(loaded.model) { tokenizer.completionBytes(of: Int($0)) }
      let generations = try generator.generate(
        requests, settings(parameters),
        onFinish: { _, _ in
          let count = finished.withLock {
            $0 += 1
            return $0
          }
          progress(StageProgress(completed: count, total: total, unit: "answers"))
        }, isCancelled: isCancelled)
      return zip(prompts, generations).flatMap { prompt, samples in
        samples.map { sample in
          Completion(
            problemID: prompt.problemID, sampleIndex: sample.sampleIndex, decoding: parameters.decoding,
            text: sample.text, tokenIDs: sample.tokens.map(Int.init), finishReason: sample.isComplete ? .stop : .length,
            tokenCount: sample.tokenCount, logProbability: sample.logProbability)
        }
      }
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
    _ folder: URL, _ promptCount: Int, promptTokens: Int, _ parameters: SamplingParameters, isMapped: Bool
  ) throws {
    guard checksMemory else { return }
    let need = try MemoryNeed.sampling(
      ModelConfiguration(contentsOf: folder), storedBytes: StoredWeights.byteCount(in: folder),
      isMerged: adapter != nil, requestCount: promptCount, sampleCount: promptCount * parameters.sampleCount,
      promptTokens: promptTokens, settings(parameters))
    try (isMapped ? need.mapped : need).refuse(
      beyond: SystemMemory.room, advice: "use a smaller batch size, fewer tokens a completion, or a smaller model")
  }
}

extension MemoryNeed {
  /// The same once the files are mapped.
  fileprivate var mapped: MemoryNeed { MemoryNeed(work, parts, threads: threads) }
}
