import Core
import Foundation

/// Draws answers with workers: on a Ray cluster, or on this machine by torchrun.
///
/// What is asked for names the folder of the answers, so that a call that was cut off is gone on with by the next one
/// like it. With transformers a sample depends on the checkpoint, its prompt, the seed and its index only; with vLLM
/// so do its random numbers, and its logits by rounding on what else is in the batch (docs/cluster.md).
public struct WorkerSampler: Sampler {
  private let engine: WorkerEngine
  private let launcher: any WorkerLauncher
  private let settings: WorkerSampling
  private let folder: URL
  private let attempts: Int
  private let models = ModelDigests()

  /// - Parameter folder: Storage that the workers reach by the same path.
  public init(
    _ engine: WorkerEngine, launcher: any WorkerLauncher, settings: WorkerSampling, folder: URL, attempts: Int = 5
  ) {
    self.engine = engine
    self.launcher = launcher
    self.settings = settings
    self.folder = folder
    self.attempts = attempts
  }

  /// - Parameter environment: Where the cluster's token is found, and what processes on this machine get.
  /// - Throws: `InputError` where there is no token under the name given.
  public init(_ settings: WorkerSamplerSettings, environment: [String: String]) throws {
    let connection = settings.connection
    self.init(
      connection.engine, launcher: try connection.launcher(environment: environment), settings: settings.sampling,
      folder: URL(filePath: connection.folder), attempts: connection.attempts)
  }

  /// Beginning a piece of work takes half a minute and more: libraries and the model are read first.
  public var questionsPerCall: Int { 2_048 }

  /// The answers are handed over together, when all of them are there: until then the folder of results keeps them, and a
  /// call that is cut off is gone on with by the same one.
  public func sample(
    from checkpoint: Checkpoint, requests: [SampleRequest], parameters: SamplingParameters,
    progress: @escaping ProgressHandler, finished: @escaping AnswerHandler
  ) async throws -> [Completion] {
    let answers = try await answers(from: checkpoint, requests, parameters, progress)
    if !answers.isEmpty { try await finished(FinishedAnswers(answers)) }
    return answers
  }

  private struct PromptRow: Encodable {
    let id: ProblemID
    let prompt: String
    let sampleIndices: [Int]
  }

  private func answers(
    from checkpoint: Checkpoint, _ requests: [SampleRequest], _ parameters: SamplingParameters,
    _ progress: @escaping ProgressHandler
  ) async throws -> [Completion] {
    let requests = requests.filter { !$0.sampleIndices.isEmpty }
    guard !requests.isEmpty else { return [] }
    let rows = try requests.map {
      try WorkerJSON.line(
        PromptRow(id: $0.prompt.problemID, prompt: $0.prompt.text, sampleIndices: $0.sampleIndices)) + "\n"
    }
    let prompts = Data(rows.joined().utf8)
    func specification(_ output: URL) -> RolloutSpecification {
      RolloutSpecification(
        engine: engine, model: checkpoint.folder.path, prompts: output.appending(path: "prompts.jsonl").path,
        output: output.path, parameters: parameters, settings: settings)
    }
    let name = try WorkFolder.name(
      of: specification(folder), models: [models.digest(of: checkpoint.folder)], input: prompts)
    let output = folder.appending(path: "rollouts/\(name)")
    try WorkFolder.write(prompts, to: output.appending(path: "prompts.jsonl"))
    let job = WorkerJob(program: .rollout, folder: output, launcher: launcher, attempts: attempts)
    let manifest = try await job.finish(specification(output), progress: progress)
    let answers = try manifest.shards.flatMap { shard in
      try WorkerJSON.lines(AnswerRow.self, from: job.content(of: shard))
    }
    return try Self.completions(answers, to: requests, parameters.decoding, output)
  }

  private struct AnswerRow: Decodable {
    let id: ProblemID
    let sampleIndex: Int
    let completion: String
    let finishReason: FinishReason
    let tokenCount: Int
    let logProbability: Double
    let tokenIds: [Int]
  }

  private static func completions(
    _ answers: [AnswerRow], to requests: [SampleRequest], _ decoding: Decoding, _ folder: URL
  ) throws -> [Completion] {
    let wanted = requests.flatMap { request in request.sampleIndices.map { (request.prompt.problemID, $0) } }
    guard wanted.count == answers.count,
      zip(wanted, answers).allSatisfy({ $0.0 == $1.id && $0.1 == $1.sampleIndex })
    else {
      throw ClusterError(.badResult, "\(folder.path) holds other answers than were asked for; remove it and run again")
    }
    return answers.map {
      Completion(
        problemID: $0.id, sampleIndex: $0.sampleIndex, decoding: decoding, text: $0.completion, tokenIDs: $0.tokenIds,
        finishReason: $0.finishReason, tokenCount: $0.tokenCount, logProbability: $0.logProbability)
    }
  }
}
