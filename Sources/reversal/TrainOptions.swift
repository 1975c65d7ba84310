import ArgumentParser
import Core
import Engines
import Foundation
import LanguageModel

/// What supervised fine-tuning and preference optimisation have in common.
struct TrainOptions: ParsableArguments {
  @Option(help: "Model folder in the Hugging Face layout.", completion: .directory) var model: String
  @Option(help: "Rows, JSON Lines; - is standard input.", completion: .file()) var data: String
  @Option(help: "Folder of the trained model or adapter; it must not exist yet and appears whole or not at all.")
  var out: String
  @Option(help: "Passes over the rows.") var epochs = 1
  @Option(help: "Seed of the order of the rows and of a new adapter.") var seed: UInt64 = 0
  @Flag(inversion: .prefixedNo, help: "Draw an order of the rows for each epoch.") var shuffle = true
  @Option(help: "Processor cores; does not change a result.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Peak learning rate of AdamW.") var learningRate = 1e-5
  @Option(help: "Course of the learning rate after warm-up: constant, linear or cosine.")
  var schedule = LearningRateSchedule.cosine
  @Option(help: "Share of the steps over which the learning rate rises.") var warmupFraction = 0.05
  @Option(help: "Learning rate of the last step, as a share of the peak; a constant schedule has none.")
  var finalFraction = 0.1
  @Option(name: .customLong("adam-beta1"), help: "Decay of AdamW's first moment.") var adamBeta1 = 0.9
  @Option(name: .customLong("adam-beta2"), help: "Decay of AdamW's second moment.") var adamBeta2 = 0.999
  @Option(help: "Epsilon of AdamW.") var adamEpsilon = 1e-8
  @Option(help: "Decay of the matrices, decoupled.") var weightDecay = 0.0
  @Option(help: "Global norm to which a gradient is clipped.") var gradientClip = 1.0

  @Option(help: "Parts in which a thread computes its share of a step; a result changes by rounding only.")
  var accumulate = 1
  @Option(help: "Tokens that a thread computes at a time at most; a result changes by rounding only.")
  var microBatchTokens: Int?
  @Flag(help: "Compute activations again in the backward pass: less memory, more time, the same result.")
  var recompute = false
  @Flag(inversion: .prefixedNo, help: "Refuse a training that does not fit into this machine's memory.")
  var memoryCheck = true

  @Option(help: "Steps between two states in OUT.training from which --resume continues.") var saveEvery: Int?
  @Flag(help: "Continue an interrupted training from its newest state, where there is one.") var resume = false
  @Option(help: "File of one JSON line a step: loss, learning rate, gradient norm, tokens.", completion: .file())
  var log: String?

  @OptionGroup var adapterOptions: AdapterOptions

  func validate() throws {
    func require(_ holds: Bool, _ message: String) throws { if !holds { throw ValidationError(message) } }
    try require(epochs >= 1, "--epochs is \(epochs); give 1 or more")
    try require(learningRate > 0, "--learning-rate is \(learningRate); give more than 0")
    try require(threads >= 1, "--threads is \(threads); give 1 or more")
    try require(0...1 ~= warmupFraction, "--warmup-fraction is \(warmupFraction); give 0 to 1")
    try require(0...1 ~= finalFraction, "--final-fraction is \(finalFraction); give 0 to 1")
    try require(0..<1 ~= adamBeta1, "--adam-beta1 is \(adamBeta1); give 0 or more, less than 1")
    try require(0..<1 ~= adamBeta2, "--adam-beta2 is \(adamBeta2); give 0 or more, less than 1")
    try require(adamEpsilon > 0, "--adam-epsilon is \(adamEpsilon); give more than 0")
    try require(weightDecay >= 0, "--weight-decay is \(weightDecay); give 0 or more")
    try require(gradientClip > 0, "--gradient-clip is \(gradientClip); give more than 0")
    try require(accumulate >= 1, "--accumulate is \(accumulate); give 1 or more")
    if let tokens = microBatchTokens {
      try require(tokens >= 1, "--micro-batch-tokens is \(tokens); give 1 or more")
    }
    if let steps = saveEvery { try require(steps >= 1, "--save-every is \(steps); give 1 or more") }
  }

  /// How an interrupted training is gone on with, for the user.
  var continuation: @Sendable () -> String {
    let states = NativeTrainingOptions.stateFolder(for: URL(filePath: out))
    return { [saveEvery] in
      if FileManager.default.fileExists(atPath: states.path) {
        return "the newest state in \(states.path) is kept, go on with the same command and --resume"
      }
      return saveEvery == nil
        ? "nothing is written; with --save-every it could be continued" : "no state is saved yet, run the command again"
    }
  }

  var settings: TrainingSettings {
    TrainingSettings(
      epochs: epochs, learningRate: learningRate, warmupFraction: warmupFraction,
      finalLearningRateFraction: finalFraction, weightDecay: weightDecay, beta1: adamBeta1, beta2: adamBeta2,
      epsilon: adamEpsilon, gradientClip: gradientClip, seed: seed)
  }

  func engineOptions() throws -> NativeTrainingOptions {
    var options = NativeTrainingOptions()
    options.weights = try adapterOptions.weights()
    options.mergesAdapter = adapterOptions.merge
    options.schedule = schedule
    options.shuffles = shuffle
    options.microBatching = MicroBatching(parts: accumulate, tokenLimit: microBatchTokens)
    options.recomputesActivations = recompute
    options.saveInterval = saveEvery
    options.resumes = resume
    options.checksMemory = memoryCheck
    return options
  }

  func rows<Row: Decodable>(_ type: Row.Type) throws -> [Row] {
    var lines = try InputLines(path: data)
    var rows: [Row] = []
    while let row = try lines.nextRow(type) { rows.append(row) }
    guard !rows.isEmpty else { throw InputError(file: data, "holds no row; give at least one") }
    return rows
  }
}

extension LearningRateSchedule: ExpressibleByArgument {}

/// A text of a training row; TRL's conversational form is refused by name.
struct RowText: Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let messages = try? decoder.unkeyedContainer() {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "it is a conversation of \(messages.count ?? 0) messages; write it as one text with the "
          + "model's chat template")
    }
    text = try container.decode(String.self)
  }
}
