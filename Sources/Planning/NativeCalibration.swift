import Foundation
import LanguageModel
import Randomness

/// Measures in a few seconds how fast the embedded engine trains and samples on this machine, on random weights of the
/// model's shape, or of fewer layers where the whole would take too long.
public struct NativeCalibration {
  /// What is measured, as near to the run as a few seconds allow.
  public struct Load: Sendable, Hashable {
    public var promptTokens: Int
    public var answerTokens: Int
    public var samplesPerQuestion: Int
    public var batchSize: Int
    public var batchTokens: Int
    public var batchPairs: Int
    public var threads: Int

    public init(
      promptTokens: Int, answerTokens: Int, samplesPerQuestion: Int, batchSize: Int, batchTokens: Int, batchPairs: Int,
      threads: Int
    ) {
      self.promptTokens = promptTokens
      self.answerTokens = answerTokens
      self.samplesPerQuestion = samplesPerQuestion
      self.batchSize = batchSize
      self.batchTokens = batchTokens
      self.batchPairs = batchPairs
      self.threads = threads
    }

    /// Of the run that `input` plans.
    public init(_ input: PlanInput) {
      let forecaster = Forecaster(input)
      let c = input.configuration
      var batchSize = 64
      if case .native(let size) = input.sampler { batchSize = size }
      self.init(
        promptTokens: max(1, Int(input.train.prompts.meanTokens.estimate.rounded())),
        answerTokens: max(2, Int(forecaster.answerTokens(input.train).estimate.rounded())),
        samplesPerQuestion: c.sampling.n, batchSize: batchSize, batchTokens: c.training.first.batchTokens,
        batchPairs: c.training.dpo.batchPairs, threads: input.threads)
    }
  }

  public let shape: ModelShape
  public let load: Load
  private let model: Model
  /// Seconds that each measurement takes, about.
  private let seconds: Double

  /// Weights above which fewer layers are measured: float32 weights, gradients of each lane and moments of them.
  private static let weightLimit = 20_000_000

  public init(_ configuration: ModelConfiguration, _ load: Load, seconds: Double = 1.5) {
    var measured = configuration
    while ModelShape(measured).parameterCount > Self.weightLimit, measured.layerCount > 1 {
      measured.layerCount = (measured.layerCount + 1) / 2
      measured.windowedLayers = measured.windowedLayers.map { Array($0.prefix(measured.layerCount)) }
    }
    while ModelShape(measured).parameterCount > 4 * Self.weightLimit, measured.vocabularySize > 1024 {
      measured.vocabularySize = (measured.vocabularySize + 1) / 2
    }
    // Nothing that is drawn here must end a sequence.
    measured.eosTokenIDs = []
    measured.maxPositionCount = max(measured.maxPositionCount, load.promptTokens + load.answerTokens + 1)
    shape = ModelShape(measured)
    self.load = load
    self.seconds = seconds
    model = Model(random: measured, seed: 1)
  }

  public func rates() throws -> ProcessorRates {
    func constant(_ name: String, _ rate: Double, _ what: String) -> PlanConstant {
      // The same work differs by a third from minute to minute on a shared machine.
      PlanConstant(
        name, Span(rate, low: rate / 1.5, high: rate * 1.5), "FLOP/s", .measured,
        "--calibrate on this machine, \(load.threads) threads, \(what), \(PlanNumber.whole(shape.parameterCount)) weights"
      )
    }
    let sampling = try self.sampling(isGreedy: false)
    let greedy = try self.sampling(isGreedy: true)
    // A step of about the time that a measurement may take, at 10¹¹ FLOP/s.
    let affordable = Int(1e11 * seconds / (6 * shape.matrixWeights))
    let batchTokens = max(rowTokens, min(load.batchTokens, affordable))
    let training = try self.training(.supervised(rows(count: batchTokens / rowTokens)), batchTokens)
    let pair = (0..<max(1, min(load.batchPairs, batchTokens / rowTokens))).map {
      TokenPair(chosen: row($0, answer: 1), rejected: row($0, answer: 2))
    }
    let preference = try self.preference(pair)
    return ProcessorRates(
      training: constant("training rate", training, "rows of \(rowTokens) tokens"),
      preference: constant("preference training rate", preference.training, "pairs of such rows"),
      scoring: constant("scoring rate", preference.scoring, "pairs of such rows"),
      sampling: constant("sampling rate", sampling, "\(load.samplesPerQuestion) samples a question"),
      greedy: constant("greedy rate", greedy, "one answer a question"))
  }

  private var rowTokens: Int { load.promptTokens + load.answerTokens }

  private func row(_ index: Int, answer: UInt64) -> TokenRow {
    var stream = RandomStream(seed: answer, "calibration").child(index)
    let vocabulary = shape.configuration.vocabularySize
    let prompt = (0..<load.promptTokens).map { Int32(($0 * 31 + index) % vocabulary) }
    return TokenRow(
      tokens: prompt + (0..<load.answerTokens).map { _ in Int32(stream.index(below: vocabulary)) },
      promptCount: load.promptTokens)
  }

  private func rows(count: Int) -> [TokenRow] { (0..<max(1, count)).map { row($0, answer: 1) } }

  private static func elapsed(_ start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .seconds(1)
  }

  /// FLOP a second of steps, the first of which takes the memory and does not count.
  private func training(_ examples: TrainingExamples, _ batchTokens: Int) throws -> Double {
    let settings = FineTuningSettings(
      epochs: 10_000, optimizer: OptimizerSettings(learningRate: 1e-6), batchTokens: batchTokens,
      batchPairs: load.batchPairs, threads: load.threads)
    let training = try FineTuning(model, on: examples, settings)
    _ = training.step()
    let start = ContinuousClock.now
    var flop = 0.0
    while Self.elapsed(start) < seconds, let step = training.step() {
      flop += 3 * self.flop(step.tokenCount, isPreference: step.preference != nil)
    }
    return flop / Self.elapsed(start)
  }

  private func preference(_ pairs: [TokenPair]) throws -> (training: Double, scoring: Double) {
    let scored = min(64, 4 * pairs.count)
    let many = TrainingExamples.preference((0..<scored).map { pairs[$0 % pairs.count] })
    let settings = FineTuningSettings(
      epochs: 1, optimizer: OptimizerSettings(learningRate: 1e-6), batchPairs: load.batchPairs, threads: load.threads)
    // Making it scores the reference.
    let start = ContinuousClock.now
    _ = try FineTuning(model, on: many, settings)
    let scoring = flop(many.lengths.reduce(0, +), isPreference: true) / Self.elapsed(start)
    return (try training(.preference(pairs), load.batchTokens), scoring)
  }

  /// FLOP of a forward pass, counted as a plan does.
  private func flop(_ tokens: Int, isPreference: Bool) -> Double {
    let (p, a) = (Double(load.promptTokens), Double(load.answerTokens))
    let tokens = Double(tokens)
    return isPreference
      ? shape.forwardFLOP(
        tokens: tokens, headPositions: tokens * 2 * a / (p + 2 * a),
        attended: (p * p / 2 + 2 * a * (p + a / 2)) / (p + 2 * a))
      : shape.forwardFLOP(tokens: tokens, headPositions: tokens * a / (p + a), attended: (p + a) / 2)
  }

  private func sampling(isGreedy: Bool) throws -> Double {
    let width = isGreedy ? 1 : load.samplesPerQuestion
    let generator = Generator(model, tokenBytes: { _ in [] })
    // A trained model is sure of most tokens; random weights are of none, and then top-p over a large vocabulary takes many
    // times as long. A low temperature makes them as sure, without weights so small that they are slow to add.
    var settings = GenerationSettings(
      isGreedy: isGreedy, temperature: 0.15, maxTokens: 2, batchSize: load.batchSize, threads: load.threads,
      ignoresEndOfSequence: true)
    func requests(_ count: Int) -> [GenerationRequest] {
      (0..<count).map { index in
        GenerationRequest(
          id: "\(index)", promptTokens: Array(row(index, answer: 1).tokens.prefix(load.promptTokens)),
          sampleIndices: 0..<width)
      }
    }
    // Two batches, so that sequences take each other's places as they do in a run.
    let count = max(1, (2 * load.batchSize + width - 1) / width)
    func time(tokens: Int) throws -> Double {
      settings.maxTokens = tokens
      let start = ContinuousClock.now
      _ = try generator.generate(requests(count), settings, onFinish: { _, _ in })
      return Self.elapsed(start)
    }
    // The first call also takes the memory. Answers are as long as the run's, or as the time allows.
    _ = try time(tokens: 2)
    let short = try time(tokens: 2)
    let perToken = max(1e-6, (try time(tokens: 6) - short) / 4)
    settings.maxTokens = max(2, min(load.answerTokens, Int((4 * seconds - short) / perToken)))
    var flop = 0.0
    let start = ContinuousClock.now
    repeat {
      _ = try generator.generate(requests(count), settings, onFinish: { _, _ in })
      let answers = Double(count * width)
      let workers = max(1, min(load.threads, load.batchSize))
      let readings = max(1, (Double(width) / Double(max(1, load.batchSize / workers))).rounded(.up))
      flop += shape.forwardFLOP(
        tokens: Double(count * load.promptTokens) * readings, headPositions: Double(count) * readings,
        attended: Double(load.promptTokens) / 2)
      let tokens = answers * Double(settings.maxTokens)
      flop += shape.forwardFLOP(
        tokens: tokens, headPositions: tokens,
        attended: Double(load.promptTokens) + Double(settings.maxTokens) / 2)
    } while Self.elapsed(start) < seconds
    return flop / Self.elapsed(start)
  }
}
