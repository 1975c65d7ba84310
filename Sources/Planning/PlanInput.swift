import Iteration
import LanguageModel

/// Everything that a plan is computed from.
public struct PlanInput: Sendable {
  public var configuration: RunConfiguration
  public var modelName: String
  public var shape: ModelShape
  /// Where the shape is from.
  public var modelSource: String
  public var train: QuestionSet
  public var test: QuestionSet
  public var outOfDistribution: QuestionSet?
  /// M_1's share of correct ones among its samples.
  public var coverage: PlanConstant
  /// M_1's greedy accuracy on the test set.
  public var passAt1: PlanConstant
  /// Tokens an answer, where the user gave them.
  public var answerTokens: Double?
  public var sampler = PlannedSampler.native(batchSize: 64)
  public var trainer = PlannedTrainer.native
  /// nil where nothing runs on GPUs.
  public var gpu: GPUModel?
  public var gpuRates = GPURates()
  public var threads = 1
  public var processorRates: ProcessorRates
  /// What the machine has free, bytes.
  public var machineMemory: Int?
  /// Held by a process that has read model, tokenizer and rows, bytes.
  public var residentMemory = 0
  /// Dollars an hour, of one GPU, or of the machine where there is none.
  public var pricePerHour: Double?
  /// What the reader of the plan is told first.
  public var findings: [PlanFinding] = []

  public init(
    configuration: RunConfiguration, modelName: String, shape: ModelShape, modelSource: String, train: QuestionSet,
    test: QuestionSet, outOfDistribution: QuestionSet? = nil, coverage: PlanConstant, passAt1: PlanConstant,
    processorRates: ProcessorRates? = nil, threads: Int = 1
  ) {
    self.configuration = configuration
    self.modelName = modelName
    self.shape = shape
    self.modelSource = modelSource
    self.train = train
    self.test = test
    self.outOfDistribution = outOfDistribution
    self.coverage = coverage
    self.passAt1 = passAt1
    self.threads = threads
    self.processorRates = processorRates ?? .uncalibrated(threads: threads)
  }
}
