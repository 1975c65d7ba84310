import Foundation
import LanguageModel
import Testing

@Suite struct LowRankAdapterTests {
  static let settings = [
    LowRankSettings(rank: 4, alpha: 8), LowRankSettings(rank: 3, alpha: 5, targets: [.query, .value, .down]),
    LowRankSettings(rank: 16, alpha: 4, targets: [.gate], isRankStabilized: true),
  ]

  /// An adapter that changes the model: B away from zero.
  static func trained(_ settings: LowRankSettings, for model: Model) throws -> LowRankAdapter {
    let adapter = try LowRankAdapter(settings, for: model, seed: 3)
    let other = try LowRankAdapter(settings, for: model, seed: 4)
    for tensor in adapter.weights.tensors where tensor.name.hasSuffix("lora_B.weight") {
      for index in tensor.offset..<tensor.offset + tensor.count {
        adapter.weights.values[index] = 0.3 * other.weights.values[(index * 7) % (other.weights.tensors[0].count)]
      }
    }
    return adapter
  }

  @Test(arguments: settings) func aNewAdapterChangesNothing(settings: LowRankSettings) throws {
    let model = TinyTraining.model()
    let adapter = try LowRankAdapter(settings, for: model, seed: 3)
    let rows = TinyTraining.rows(8, seed: 2)
    let found = GradientEngine(model, adapter: adapter, threads: 1).tokenLogProbabilities(rows)
    #expect(found == GradientEngine(model, threads: 1).tokenLogProbabilities(rows))
    for tensor in adapter.weights.tensors {
      let values = (tensor.offset..<tensor.offset + tensor.count).map { adapter.weights.values[$0] }
      if tensor.name.hasSuffix("lora_B.weight") {
        #expect(values.allSatisfy { $0 == 0 })
      } else {
        // Uniform within ±1/√inputs: the variance is a third of the square.
        let bound = 1 / Float(tensor.shape[1]).squareRoot()
        #expect(values.allSatisfy { abs($0) <= bound })
        let variance = values.reduce(0) { $0 + $1 * $1 } / Float(values.count)
        #expect(abs(variance / (bound * bound / 3) - 1) < 0.5)
      }
    }
  }

  @Test(arguments: settings) func mergedWeightsComputeWhatTheAdapterDoes(settings: LowRankSettings) throws {
    let model = TinyTraining.model()
    let adapter = try Self.trained(settings, for: model)
    let rows = TinyTraining.rows(8, seed: 2)
    let found = GradientEngine(model, adapter: adapter, threads: 1).tokenLogProbabilities(rows)
    let merged = GradientEngine(model.merging(adapter), threads: 1).tokenLogProbabilities(rows)
    let base = GradientEngine(model, threads: 1).tokenLogProbabilities(rows)
    #expect(relativeError(found.flatMap(\.self), merged.flatMap(\.self)) < 1e-5)
    #expect(relativeError(found.flatMap(\.self), base.flatMap(\.self)) > 1e-3)
  }

  /// The gradient along itself against central differences, for every matrix of the adapter.
  @Test(arguments: settings) func gradientsAgreeWithFiniteDifferences(settings: LowRankSettings) throws {
    let model = TinyTraining.model(seed: 5)
    let adapter = try Self.trained(settings, for: model)
    let engine = GradientEngine(model, adapter: adapter, threads: 1, recomputes: true)
    let rows = TinyTraining.rows(6, seed: 6)
    _ = engine.supervised(rows)
    let gradient = engine.gradient.array
    for tensor in adapter.weights.tensors {
      let range = tensor.offset..<tensor.offset + tensor.count
      let original = range.map { adapter.weights.values[$0] }
      let part = gradient[range].map(Double.init)
      let norm = part.reduce(0) { $0 + $1 * $1 }.squareRoot()
      func loss(_ step: Double) -> Double {
        for (place, index) in range.enumerated() {
          adapter.weights.values[index] = original[place] + Float(step * part[place] / norm)
        }
        return engine.supervised(rows)
      }
      let step = 0.05
      let slope = (loss(step) - loss(-step)) / (2 * step)
      _ = loss(0)
      #expect(abs(slope / norm - 1) < 1e-2, "\(tensor.name): \(slope) against \(norm)")
    }
  }

  @Test(arguments: TinyTraining.examples) func trainingMovesTheAdapterAlone(examples: TrainingExamples) throws {
    let model = TinyTraining.model()
    let weights = try [1, 2].map { threads in
      let adapter = try LowRankAdapter(LowRankSettings(rank: 4, alpha: 8), for: model, seed: 3)
      let training = try FineTuning(model, adapter: adapter, on: examples, TinyTraining.settings(threads: threads))
      var losses: [Double] = []
      while let step = training.step() { losses.append(step.loss) }
      #expect(try #require(losses.last) < losses[0])
      // The reference of preference rows is the model that training starts from.
      if case .preference = examples { #expect(abs(losses[0] - log(2)) < 1e-6) }
      return adapter.weights.values.array
    }
    #expect(weights[0] == weights[1])
    #expect(model.parameters.array == TinyTraining.model().parameters.array)
  }

  @Test(arguments: settings) func anAdapterIsReadAsItWasWritten(settings: LowRankSettings) throws {
    let folder = try ScratchFolder()
    let model = TinyTraining.model()
    let adapter = try Self.trained(settings, for: model)
    let file = folder.url.appending(path: "adapter")
    try adapter.save(to: file, baseModel: "base \"model\"")
    let read = try LowRankAdapter(contentsOf: file, for: model)
    #expect(read.settings == settings)
    #expect(read.weights.values.array == adapter.weights.values.array)
    #expect(throws: ModelError.self) { try adapter.save(to: file, baseModel: "base") }
  }

  private static let config = """
    {"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj","v_proj"],"lora_dropout":0.0,"bias":"none"}
    """

  @Test(arguments: [
    (config.replacing("LORA", with: "IA3"), "IA3"),
    (config.replacing("none", with: "all"), "bias 'all'"),
    (config.replacing("\"r\":4", with: "\"r\":0"), "rank is 0"),
    (config.replacing("\"r\":4", with: "\"r\":99999999999"), "rank"),
    (config.replacing("\"r\":4", with: "\"r\":4,\"use_dora\":true"), "use_dora"),
    (config.replacing("\"r\":4", with: "\"r\":4,\"rank_pattern\":{\"q_proj\":8}"), "rank_pattern"),
    (config.replacing("\"r\":4", with: "\"r\":4,\"layers_to_transform\":[0]"), "layers_to_transform"),
    (config.replacing("\"v_proj\"", with: "\"lm_head\""), "lm_head"),
    (config.replacing("\"v_proj\"", with: "\"k_proj\""), "v_proj.lora_A"),
    (config.replacing("\"r\":4", with: "\"r\":8"), "shape"),
    ("[]", "JSON object"),
  ])
  func whatIsNotSupportedIsNamed(config: String, message: String) throws {
    let folder = try ScratchFolder()
    let model = TinyTraining.model()
    let adapter = try LowRankAdapter(
      LowRankSettings(rank: 4, alpha: 8, targets: [.query, .value]), for: model, seed: 3)
    let file = folder.url.appending(path: "adapter")
    try adapter.save(to: file, baseModel: "base")
    try Data(config.utf8).write(to: file.appending(path: "adapter_config.json"))
    let error = #expect(throws: ModelError.self) { try LowRankAdapter(contentsOf: file, for: model) }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    #expect(error?.description.contains("\n") == false)
  }
}
