import Foundation

/// How answers are drawn.
public struct SamplingParameters: Codable, Sendable, Hashable {
  /// Samples a prompt where a list of prompts is asked; 1 under greedy decoding. A `SampleRequest` names its own.
  public var sampleCount: Int
  public var decoding: Decoding
  public var temperature: Double
  public var topP: Double
  public var maxTokens: Int
  public var stop: [String]
  public var seed: UInt64
  /// Index of the first sample: the samples 8 ..< 16 of a question continue the samples 0 ..< 8 without repeating them.
  public var firstSampleIndex: Int

  /// The paper's sampling (N = 50, temperature 0.75, top-p 0.95) unless told otherwise.
  public init(
    sampleCount: Int = 50, decoding: Decoding = .sampled, temperature: Double = 0.75, topP: Double = 0.95,
    maxTokens: Int = 512, stop: [String] = [], seed: UInt64 = 0, firstSampleIndex: Int = 0
  ) {
    self.sampleCount = sampleCount
    self.decoding = decoding
    self.temperature = temperature
    self.topP = topP
    self.maxTokens = maxTokens
    self.stop = stop
    self.seed = seed
    self.firstSampleIndex = firstSampleIndex
  }

  public static func greedy(maxTokens: Int, stop: [String] = []) -> SamplingParameters {
    SamplingParameters(sampleCount: 1, decoding: .greedy, maxTokens: maxTokens, stop: stop)
  }
}

/// A problem's question as the model reads it.
public struct Prompt: Codable, Sendable, Hashable {
  public let problemID: ProblemID
  public let text: String

  public init(problemID: ProblemID, text: String) {
    self.problemID = problemID
    self.text = text
  }
}

/// How far a stage is: `completed` of `total` units, with a figure of merit where there is one (a loss).
public struct StageProgress: Sendable, Hashable {
  public let completed: Int
  public let total: Int
  public let unit: String
  public let note: String?
  /// Of the step that was done last, natural logarithm, a token (SFT) or a pair (DPO); nil where nothing is trained.
  public let loss: Double?

  public init(completed: Int, total: Int, unit: String, note: String? = nil, loss: Double? = nil) {
    self.completed = completed
    self.total = total
    self.unit = unit
    self.note = note
    self.loss = loss
  }
}

public typealias ProgressHandler = @Sendable (StageProgress) -> Void

/// Draws answers from a model: the embedded engine in this process, or a server.
public protocol Sampler: Sendable {
  /// How many questions a call had better have: more where beginning one takes long.
  var questionsPerCall: Int { get }

  /// The completions that `requests` name, in the order of the requests and then by sample index.
  ///
  /// With the embedded engine a sample depends on the checkpoint, its prompt, the seed and its index only: not on the
  /// other prompts of the call, nor on the number of threads. A server is given a seed derived from the same four and
  /// does with it what it does.
  ///
  /// - Parameters:
  ///   - requests: Which samples, prompt by prompt; `parameters` says how they are drawn.
  ///   - finished: Is given every answer once, when it is finished. Where it throws, the call ends with its error.
  func sample(
    from checkpoint: Checkpoint, requests: [SampleRequest], parameters: SamplingParameters,
    progress: @escaping ProgressHandler, finished: @escaping AnswerHandler
  ) async throws -> [Completion]
}

extension Sampler {
  public var questionsPerCall: Int { 128 }

  /// The samples of every prompt that `parameters` count, ordered by prompt and then by sample index.
  public func sample(
    from checkpoint: Checkpoint, prompts: [Prompt], parameters: SamplingParameters, progress: @escaping ProgressHandler
  ) async throws -> [Completion] {
    let indices = Array(parameters.firstSampleIndex..<(parameters.firstSampleIndex + parameters.sampleCount))
    return try await sample(
      from: checkpoint, requests: prompts.map { SampleRequest(prompt: $0, sampleIndices: indices) },
      parameters: parameters, progress: progress, finished: { _ in })
  }
}
