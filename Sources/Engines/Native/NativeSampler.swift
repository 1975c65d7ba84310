import Core
import Foundation
import LanguageModel
import Synchronization

/// Draws answers with the embedded engine.
public struct NativeSampler: Sampler {
  private let threads: Int
  private let batchSize: Int
  private let models: ModelCache

  /// - Parameters:
  ///   - threads: Processor cores to use; does not change a result.
  ///   - batchSize: Sequences decoded together over all threads; does not change a result.
  ///   - adapter: A PEFT folder that is merged into every model.
  public init(threads: Int, batchSize: Int = 64, adapter: URL? = nil) {
    models = ModelCache(adapter: adapter)
    self.threads = threads
    self.batchSize = batchSize
  }

  /// Reads a model folder and forgets it again.
  ///
  /// - Throws: What is wrong with it, in one line.
  public static func check(modelAt folder: URL) throws { _ = try LoadedModel(contentsOf: folder) }

  public func sample(
    from checkpoint: Checkpoint, prompts: [Prompt], parameters: SamplingParameters, progress: @escaping ProgressHandler
  ) async throws -> [Completion] {
    try await ComputeThread.run { isCancelled in
      let loaded = try models.model(at: checkpoint.folder)
      let tokenizer = loaded.tokenizer
      let indices = parameters.firstSampleIndex..<(parameters.firstSampleIndex + parameters.sampleCount)
      let requests = prompts.map {
        GenerationRequest(
          id: $0.problemID.rawValue, promptTokens: tokenizer.tokens(prompt: $0.text), sampleIndices: indices)
      }
      let settings = GenerationSettings(
        isGreedy: parameters.decoding == .greedy, temperature: Float(parameters.temperature),
        topP: Float(parameters.topP), maxTokens: parameters.maxTokens, stop: parameters.stop, seed: parameters.seed,
        batchSize: batchSize, threads: threads)
      let total = requests.count * parameters.sampleCount
      let finished = Mutex(0)
      let generator = Generator(loaded.model) { tokenizer.completionBytes(of: Int($0)) }
      let generations = try generator.generate(
        requests, settings,
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
}
