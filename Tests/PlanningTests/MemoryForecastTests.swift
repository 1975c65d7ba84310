import Core
import Engines
import Foundation
import Iteration
import LanguageModel
import Planning
import Synchronization
import Testing

@Suite struct MemoryForecastTests {
  private let tiny = ModelShape(PlannedRun.tiny)

  private func bytes(_ forecast: MemoryForecast, _ name: String) -> Double? {
    forecast.parts.first { $0.name == name }?.bytes
  }

  @Test func trainingOnOneGPUByHand() {
    let p = Double(tiny.parameterCount)
    var workers = PlannedTrainer.Workers(processes: 1, microRows: 2, recomputes: false)
    let memory = TrainingMemory(shape: tiny, workers: workers, rowTokens: 10, isPreference: false, hasReference: false)
      .forecast(available: 80e9)
    #expect(bytes(memory, "weights") == 2 * p)
    #expect(bytes(memory, "float32 weights") == 4 * p)
    #expect(bytes(memory, "gradients") == 2 * p)
    #expect(bytes(memory, "AdamW moments") == 8 * p)
    // 20 tokens × 2 bytes × 3 blocks × (6 · 8 + 3 · 8 + 3 · 4 + 4 · 16).
    #expect(bytes(memory, "activations") == 17_760.0)
    // 20 tokens × 50 logits in bfloat16, in float32, and their gradient.
    #expect(bytes(memory, "logits") == 10_000.0)
    #expect(bytes(memory, "gathered layers") == nil && bytes(memory, "reference model") == nil)
    #expect(memory.total == memory.parts.map(\.bytes).reduce(0, +) && memory.fits && !memory.isTight)
    workers.recomputes = true
    let frugal = TrainingMemory(shape: tiny, workers: workers, rowTokens: 10, isPreference: true, hasReference: true)
      .forecast(available: 80e9)
    // A pair is two rows; the inputs of 3 blocks and one block whole.
    #expect(bytes(frugal, "activations") == 13_760.0)
    #expect(bytes(frugal, "reference model") == 4 * p)
  }

  @Test(arguments: [
    (PlannedTrainer.Precision.float32, 4.0, 0.0, 4.0, 8.0), (.bfloat16, 2, 0, 2, 4), (.mixed, 2, 4, 2, 8),
  ])
  func shardsAreShared(
    precision: PlannedTrainer.Precision, weight: Double, master: Double, gradient: Double, moments: Double
  ) {
    let p = Double(tiny.parameterCount)
    func forecast(_ strategy: PlannedTrainer.Strategy) -> MemoryForecast {
      TrainingMemory(
        shape: tiny, workers: PlannedTrainer.Workers(processes: 4, precision: precision, strategy: strategy),
        rowTokens: 10, isPreference: true, hasReference: true
      ).forecast(available: nil)
    }
    for strategy in [PlannedTrainer.Strategy.fsdp, .deepspeed] {
      let memory = forecast(strategy)
      #expect(bytes(memory, "weights") == weight * p / 4)
      #expect((bytes(memory, "float32 weights") ?? 0) == master * p / 4)
      #expect(bytes(memory, "gradients") == gradient * p / 4)
      #expect(bytes(memory, "AdamW moments") == moments * p / 4)
      #expect(bytes(memory, "reference model") == (weight + master / 2) * p / 4)
      // Two blocks, embedding and head whole, and the gradient of one block.
      #expect(bytes(memory, "gathered layers") == weight * (2 * 576 + 800) + gradient * 576)
    }
    let whole = forecast(.ddp)
    #expect(bytes(whole, "weights") == weight * p && bytes(whole, "AdamW moments") == moments * p)
    #expect(bytes(whole, "gathered layers") == nil && whole.fits)
  }

  @Test func anAdapterTrainsItsOwnWeightsOnly() {
    // Rank 2 on 3 blocks: q 8 + 8, k and v 8 + 4 each, o 8 + 8, three of 8 + 16.
    #expect(TrainingMemory.adapterWeights(tiny, rank: 2, targets: nil) == 3 * 2 * (16 + 12 + 12 + 16 + 72))
    #expect(TrainingMemory.adapterWeights(tiny, rank: 2, targets: ["q_proj", "v_proj"]) == 3 * 2 * 28)
    let memory = TrainingMemory(
      shape: tiny, workers: PlannedTrainer.Workers(loraRank: 2), rowTokens: 10, isPreference: false, hasReference: false
    ).forecast(available: nil)
    #expect(bytes(memory, "AdamW moments") == 6144.0)
    #expect(bytes(memory, "weights") == 2 * (Double(tiny.parameterCount) + 768))
  }

  /// A 7-billion model and AdamW in mixed precision take 16 bytes a weight: 108 GB, which eight GPUs of 80 GB share.
  @Test func whatDoesNotFitIsToldWhatWould() throws {
    let shape = ModelShape(try #require(KnownModel.named(byPath: "Llama-2-7b-hf")).configuration)
    func memory(_ processes: Int) -> TrainingMemory {
      TrainingMemory(
        shape: shape, workers: PlannedTrainer.Workers(processes: processes), rowTokens: 700, isPreference: false,
        hasReference: false)
    }
    let one = memory(1).forecast(available: 80e9)
    #expect(!one.fits && one.total > 16 * 6.7e9)
    #expect(memory(8).forecast(available: 80e9).fits)
    let advice = memory(1).alternatives(available: 80e9)
    #expect(advice.contains { $0.change.contains("over 2 GPUs") || $0.change.contains("over 4 GPUs") }, "\(advice)")
    #expect(advice.contains { $0.change.hasPrefix("lora") }, "\(advice)")
    #expect(advice.allSatisfy { $0.bytes <= 80e9 })
    #expect(memory(1).alternatives(available: 1e9).isEmpty)
  }

  @Test func servingByHand() {
    let workers = PlannedSampler.Workers(bytesPerWeight: 2, sequences: 256, memoryShare: 0.5, shardSamples: 1000)
    let weights = 2 * Double(tiny.parameterCount)
    let gpu = 2 * (weights + 2e9 + 48 * 640)
    let serving = ServingMemory(shape: tiny, workers: workers, gpuBytes: gpu)
    #expect(abs(serving.tokenCapacity - 640) < 1e-3)
    #expect(abs(serving.sequences(tokens: 64) - 10) < 1e-3)
    #expect(serving.sequences(tokens: 1) == 256)
    #expect(serving.forecast(longest: 640, mean: 64).fits)
    #expect(!serving.forecast(longest: 700, mean: 64).fits)
  }

  /// What the plan says of the embedded engine is what the engine says itself before it trains.
  @Test func nativeTrainingIsTheEnginesOwnEstimate() async throws {
    let folder = try EmbeddedModel.folder
    let text = (0..<40).map { "Question: Ann has \($0) apples and buys \($0 + 3) more.\nAnswer:" }
    let rows = text.enumerated().map { index, prompt in
      SupervisedRow(
        problemID: ProblemID("q\(index)"), prompt: prompt,
        completion: TrainingText(text: " \(index) + \(index + 3) = \(2 * index + 3)"))
    }
    let tokenizer = try Tokenizer(contentsOf: folder)
    let counts = rows.map { tokenizer.tokens(prompt: $0.prompt, completion: $0.completion.text) }
    func lengths(_ values: [Int]) -> TokenLengths { TokenLengths(counted: values, source: "a test") }
    let set = QuestionSet(
      count: rows.count, prompts: lengths(counts.map(\.promptCount)),
      answers: lengths(counts.map { $0.tokens.count - $0.promptCount }), .counted, source: "a test")
    var input = PlannedRun.input(.sft, model: nil) { $0.training.first = TrainingSettings(epochs: 2, batchTokens: 600) }
    input.shape = ModelShape(try ModelConfiguration(contentsOf: folder))
    input.train = set
    let stage = try #require(Forecaster(input).forecast().stages.first { $0.stage == .train })

    let found = Mutex<MemoryEstimate?>(nil)
    var options = NativeTrainingOptions()
    options.onEstimate = { estimate in found.withLock { $0 = estimate } }
    let out = FileManager.default.temporaryDirectory.appending(path: "reversal-plan-\(UUID().uuidString)")
    // A temporary folder that cannot be removed is the system's to clean.
    defer { try? FileManager.default.removeItem(at: out) }
    let model = Checkpoint(iteration: 0, folder: folder)
    var settings = input.configuration.training.first
    settings.seed = StageSeeds(seed: input.configuration.seed).training(iteration: 1)
    let summary = try await NativeTrainer(threads: 2, options: options).train(
      .supervised(rows), from: model, reference: model, settings: settings, to: out
    ) { _ in }
    let engine = try #require(found.withLock { $0 })
    let memory = try #require(stage.memory)
    for (name, value) in [
      ("weights", engine.weights), ("gradients", engine.gradients), ("AdamW moments", engine.optimizer),
      ("activations", engine.activations), ("workspace", engine.workspace),
    ] { #expect(bytes(memory, name) == Double(value), "\(name)") }
    #expect(stage.trainedTokens == Span(summary.tokens))
    #expect(stage.steps == Span(summary.steps))
  }
}
