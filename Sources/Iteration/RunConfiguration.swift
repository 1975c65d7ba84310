import Core
import Foundation

/// Every setting of a run. Recorded whole in its manifest, under the keys of the YAML file (docs/configuration.md).
///
/// The defaults are the paper's (arXiv 2407.05013) where it names a value: N = 50, temperature 0.75, top-p 0.95, T = 5.
public struct RunConfiguration: Codable, Sendable, Hashable {
  public var task: String
  /// The folder of M_0.
  public var model: String
  /// The files the problems were read from; nil where a program supplied them.
  public var data: Data?
  public var method: ImprovementMethod
  /// T, at least 1.
  public var iterations: Int
  public var seed: UInt64
  public var sampling: Sampling
  public var evaluation: Evaluation
  public var selection: Selection
  public var training: Training
  public var reference: Reference
  /// Who draws the answers; nil is the embedded engine.
  public var sampler: SamplerSettings?
  /// The workers that train; nil is the embedded engine.
  public var trainer: WorkerTrainerSettings?
  /// How questions are asked; nil asks each alone, as plain text.
  public var prompt: Prompt?
  /// The names of the fields of a custom task's rows, by those of a problem.
  public var fields: [String: String]?
  /// Processor cores; nil is all. Does not change a result.
  public var threads: Int?

  public init(
    task: String, model: String, data: Data? = nil, method: ImprovementMethod, iterations: Int = 5, seed: UInt64 = 1,
    sampling: Sampling = Sampling(), evaluation: Evaluation = Evaluation(), selection: Selection = Selection(),
    training: Training = Training(), reference: Reference = .previous, threads: Int? = nil
  ) {
    self.task = task
    self.model = model
    self.data = data
    self.method = method
    self.iterations = iterations
    self.seed = seed
    self.sampling = sampling
    self.evaluation = evaluation
    self.selection = selection
    self.training = training
    self.reference = reference
    self.threads = threads
  }

  /// Whether the embedded engine samples or trains.
  public var usesEmbeddedEngine: Bool { sampler == nil || trainer == nil }

  /// The problem files, each with the number of problems to take from its beginning (nil: all).
  public struct Data: Codable, Sendable, Hashable {
    public var train: String
    public var trainLimit: Int?
    public var test: String
    public var testLimit: Int?
    public var ood: String?
    public var oodLimit: Int?
    /// The task of the out-of-distribution questions where it is another one.
    public var oodTask: String?

    public init(
      train: String, trainLimit: Int? = nil, test: String, testLimit: Int? = nil, ood: String? = nil,
      oodLimit: Int? = nil, oodTask: String? = nil
    ) {
      self.train = train
      self.trainLimit = trainLimit
      self.test = test
      self.testLimit = testLimit
      self.ood = ood
      self.oodLimit = oodLimit
      self.oodTask = oodTask
    }
  }

  /// How questions are asked.
  public struct Prompt: Codable, Sendable, Hashable {
    /// k, worked examples before every question, drawn from the training problems.
    public var shots: Int
    /// Of the draw; nil is the run's.
    public var seed: UInt64?
    /// Whether the model's chat template writes the prompt.
    public var chat: Bool
    /// What a conversation begins with.
    public var system: String?
    /// The ids of the examples, recorded when the run is created; one more than `shots`, since a training question is not
    /// shown its own answer.
    public var examples: [ProblemID]?

    public init(shots: Int = 0, seed: UInt64? = nil, chat: Bool = false, system: String? = nil) {
      self.shots = shots
      self.seed = seed
      self.chat = chat
      self.system = system
    }
  }

  /// How answers are drawn, for training data and for evaluation alike.
  public struct Sampling: Codable, Sendable, Hashable {
    /// N, samples a training question.
    public var n: Int
    public var temperature: Double
    public var topP: Double
    /// Tokens an answer, greedy ones too.
    public var maxTokens: Int
    /// Texts that end an answer; nil is the task's own.
    public var stop: [String]?
    /// Sequences decoded at a time; nil leaves it to the engine. Does not change a result.
    public var batchSize: Int?

    public init(
      n: Int = 50, temperature: Double = 0.75, topP: Double = 0.95, maxTokens: Int = 512, stop: [String]? = nil,
      batchSize: Int? = nil
    ) {
      self.n = n
      self.temperature = temperature
      self.topP = topP
      self.maxTokens = maxTokens
      self.stop = stop
      self.batchSize = batchSize
    }
  }

  /// How the models are examined. Greedy decoding always covers every test and out-of-distribution question.
  public struct Evaluation: Codable, Sendable, Hashable {
    /// Samples a test question, for diversity and pass@k.
    public var samples: Int
    /// Test questions sampled, the first of an order that is the same for all runs; nil is all.
    public var questions: Int?
    /// Samples of M_1 a test question that it fails greedily, for pass@k on improvement sets.
    public var firstIterationSamples: Int

    public init(samples: Int = 50, questions: Int? = nil, firstIterationSamples: Int = 64) {
      self.samples = samples
      self.questions = questions
      self.firstIterationSamples = firstIterationSamples
    }
  }

  /// Which answers become training rows.
  public struct Selection: Codable, Sendable, Hashable {
    /// Rows of self-SFT a question; nil keeps every correct answer, as the paper does.
    public var maxCorrectPerQuestion: Int?
    /// Pairs of self-DPO a question; nil takes every combination. The paper names no number.
    public var maxPairsPerQuestion: Int?
    /// Whether answers of one question with the same text count once.
    public var deduplicate: Bool

    public init(maxCorrectPerQuestion: Int? = nil, maxPairsPerQuestion: Int? = 4, deduplicate: Bool = true) {
      self.maxCorrectPerQuestion = maxCorrectPerQuestion
      self.maxPairsPerQuestion = maxPairsPerQuestion
      self.deduplicate = deduplicate
    }
  }

  /// Settings of each kind of training. Their `seed` is not used: every stage derives its own from the run's.
  public struct Training: Codable, Sendable, Hashable {
    /// SFT of M_0 on the human answers.
    public var first: TrainingSettings
    /// SFT from iteration 2 on.
    public var sft: TrainingSettings
    public var dpo: TrainingSettings

    public init(
      first: TrainingSettings = TrainingSettings(epochs: 3), sft: TrainingSettings = TrainingSettings(),
      dpo: TrainingSettings = TrainingSettings(learningRate: 5e-7)
    ) {
      self.first = first
      self.sft = sft
      self.dpo = dpo
    }
  }

  /// The model whose log-probabilities DPO compares with.
  public enum Reference: String, Codable, Sendable, Hashable, CaseIterable {
    /// M_{t-1}, from which the iteration starts.
    case previous
    /// M_1, the model before any self-improvement.
    case initial
  }
}
