import Core
import Foundation

/// Where a run stands: what `reversal status` shows.
public struct RunStatus: Codable, Sendable, Hashable {
  public struct Stage: Codable, Sendable, Hashable {
    public let iteration: Int
    public let stage: String
    public let done: Int
    /// nil until it is known.
    public let total: Int?
    public let unit: String
    public let finishedAt: Date?
  }

  /// Greedy accuracy of one model; n questions.
  public struct Accuracy: Codable, Sendable, Hashable {
    public let iteration: Int
    public let accuracy: Double
    public let correct: Int
    public let n: Int
  }

  /// What else is known of an iteration so far.
  public struct Figures: Codable, Sendable, Hashable {
    public let iteration: Int
    /// Mean training loss over the first and the last tenth of the steps.
    public let initialLoss: Double?
    public let finalLoss: Double?
    /// Of the correct ones among the samples of `questions` test questions.
    public let distinctN: Double?
    /// Mean length of these samples.
    public let tokens: Double?
    public let questions: Int

    public init(
      iteration: Int, initialLoss: Double?, finalLoss: Double?, distinctN: Double?, tokens: Double?, questions: Int
    ) {
      self.iteration = iteration
      self.initialLoss = initialLoss
      self.finalLoss = finalLoss
      self.distinctN = distinctN
      self.tokens = tokens
      self.questions = questions
    }

    private enum CodingKeys: String, CodingKey {
      case iteration
      case initialLoss = "initial_loss"
      case finalLoss = "final_loss"
      case distinctN = "distinct_n"
      case tokens, questions
    }
  }

  public let folder: String
  public let task: String
  public let method: String
  public let iterations: Int
  public let seed: UInt64
  /// The process that works on the run at this moment.
  public let process: Int32?
  public let isFinished: Bool
  public let stages: [Stage]
  public let passAt1: [Accuracy]
  public let outOfDistributionPassAt1: [Accuracy]
  /// Of every iteration that has any.
  public let figures: [Figures]
  /// Those that worked on it, in the order in which they came.
  public let environments: [RunEnvironment]
  /// What a server counted for the run's answers; nil where none was asked.
  public let tokenUsage: TokenUsage?
  /// Answers that are kept and are no part of any `done` before they have their verdicts.
  public let waitingAnswers: Int

  private enum CodingKeys: String, CodingKey {
    case folder, task, method, iterations, seed, process, environments
    case isFinished = "finished"
    case stages
    case passAt1 = "pass_at_1"
    case outOfDistributionPassAt1 = "ood_pass_at_1"
    case figures
    case tokenUsage = "token_usage"
    case waitingAnswers = "waiting_answers"
  }
}

extension RunStatus.Stage {
  private enum CodingKeys: String, CodingKey {
    case iteration, stage, done, total, unit
    case finishedAt = "finished_at"
  }
}

extension RunStatus {
  /// The status of the run in `store`.
  ///
  /// - Parameter figures: What is known beside pass@1; whoever can measure it hands it in.
  public init(of store: RunStore, figures: [Figures] = []) throws {
    self.figures = figures
    func accuracy(_ split: Split) throws -> [Accuracy] {
      try store.greedyAccuracy(split).map {
        Accuracy(
          iteration: $0.iteration, accuracy: Double($0.correct) / Double($0.count), correct: $0.correct, n: $0.count)
      }
    }
    let manifest = store.manifest
    folder = store.folder.path
    task = manifest.task
    method = manifest.method
    iterations = manifest.iterations
    seed = manifest.seed
    process = RunStore.activeProcess(in: store.folder)
    let records = try store.stages()
    isFinished = records.allSatisfy(\.isFinished)
    stages = records.map {
      Stage(
        iteration: $0.key.iteration, stage: $0.key.stage.rawValue, done: $0.done, total: $0.total, unit: $0.unit,
        finishedAt: $0.finishedAt)
    }
    passAt1 = try accuracy(.test)
    outOfDistributionPassAt1 = try accuracy(.outOfDistribution)
    environments = try store.environments().map(\.environment)
    tokenUsage = try store.tokenUsage()
    waitingAnswers = try store.waitingAnswerCount()
  }

  /// One line of JSON; dates as ISO 8601.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return String(decoding: JSONControls.escaped(try encoder.encode(self)), as: UTF8.self)
  }
}
