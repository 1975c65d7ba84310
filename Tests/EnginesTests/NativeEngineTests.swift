import Core
import Engines
import Foundation
import LanguageModel
import Testing

/// The embedded engine behind the protocols that the loop sees, on a model of a few thousand weights.
@Suite final class NativeEngineTests {
  private let folder: URL
  let base: Checkpoint

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "reversal-engine-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let json = try BytePairTrainer.train(
      texts: ["Question: What is 2+3?", "Answer: 2+3 = <<2+3=5>>5", "#### 5"], vocabularySize: 300,
      specialTokens: ["<end>"])
    let tokenizer = try Tokenizer(json: json, name: "tokenizer.json")
    let model = Model(
      random: ModelConfiguration(
        vocabularySize: tokenizer.vocabularySize, hiddenSize: 16, intermediateSize: 24, layerCount: 2, headCount: 2,
        keyValueHeadCount: 1, tiesEmbeddings: true, maxPositionCount: 128, eosTokenIDs: [0]), seed: 1)
    base = Checkpoint(iteration: 0, folder: folder.appending(path: "M0"))
    try model.save(to: base.folder, auxiliaryFilesFrom: nil, tokenizerJSON: json, elementType: .float32)
  }

  deinit {
    // A folder that cannot be removed is the system's to clean.
    try? FileManager.default.removeItem(at: folder)
  }

  private let prompts = (0..<5).map {
    Prompt(problemID: ProblemID("q\($0)"), text: "Question: What is \($0)+3?\nAnswer:")
  }

  private var supervised: TrainingSet {
    .supervised(
      (0..<40).map {
        SupervisedRow(
          problemID: ProblemID("q\($0)"), prompt: "Question: What is \($0)+3?\nAnswer:",
          completion: TrainingText(text: " \($0)+3 = \($0 + 3)\n#### \($0 + 3)"))
      })
  }

  private func train(_ rows: TrainingSet, threads: Int, to name: String) async throws -> (TrainingSummary, URL) {
    let output = folder.appending(path: name)
    let summary = try await NativeTrainer(threads: threads).train(
      rows, from: base, reference: base,
      settings: TrainingSettings(epochs: 3, learningRate: 3e-3, batchTokens: 700, batchPairs: 8, seed: 4), to: output,
      progress: { _ in })
    return (summary, output)
  }

  @Test func samplesAreTheSameForAnyNumberOfThreadsAndBatchSize() async throws {
    let parameters = SamplingParameters(sampleCount: 6, temperature: 1, maxTokens: 20, seed: 5)
    let expected = try await NativeSampler(threads: 1, batchSize: 64).sample(
      from: base, prompts: prompts, parameters: parameters, progress: { _ in })
    #expect(expected.map(\.problemID) == prompts.flatMap { prompt in (0..<6).map { _ in prompt.problemID } })
    #expect(expected.map(\.sampleIndex) == prompts.flatMap { _ in 0..<6 })
    for (threads, batch) in [(2, 1), (2, 7)] {
      let found = try await NativeSampler(threads: threads, batchSize: batch).sample(
        from: base, prompts: prompts, parameters: parameters, progress: { _ in })
      #expect(found == expected)
    }
    var later = parameters
    later.sampleCount = 2
    later.firstSampleIndex = 4
    let tail = try await NativeSampler(threads: 1).sample(
      from: base, prompts: prompts, parameters: later, progress: { _ in })
    #expect(tail == expected.filter { $0.sampleIndex >= 4 })
  }

  @Test func supervisedTrainingLowersTheLossAndGivesTheSameFilesForAnyNumberOfThreads() async throws {
    let (summary, first) = try await train(supervised, threads: 1, to: "one")
    let (again, second) = try await train(supervised, threads: 2, to: "two")
    #expect(summary == again)
    #expect(try #require(summary.finalLoss) < #require(summary.initialLoss) - 0.5)
    for name in ["model.safetensors", "config.json", "generation_config.json", "tokenizer.json"] {
      #expect(
        try Data(contentsOf: first.appending(path: name)) == Data(contentsOf: second.appending(path: name)), "\(name)")
    }
  }

  @Test func preferenceTrainingPrefersWhatWasChosen() async throws {
    let rows = (0..<24).map { index in
      PreferenceRow(
        problemID: ProblemID("q\(index)"), prompt: "Question: What is \(index)+3?\nAnswer:",
        chosen: TrainingText(text: " five"), rejected: TrainingText(text: " 2+3"))
    }
    let (summary, output) = try await train(.preference(rows), threads: 2, to: "dpo")
    #expect(try #require(summary.finalLoss) < #require(summary.initialLoss) - 0.05)
    func margin(_ folder: URL) throws -> Double {
      let tokenizer = try Tokenizer(contentsOf: folder)
      let scorer = Scorer(try Model(contentsOf: folder), threads: 1)
      let sums = scorer.tokenLogProbabilities(
        [" five", " 2+3"].map {
          let (tokens, count) = tokenizer.tokens(prompt: rows[3].prompt, completion: $0)
          return TokenRow(tokens: tokens, promptCount: count)
        }
      ).map { $0.reduce(0.0) { $0 + Double($1) } }
      return sums[0] - sums[1]
    }
    #expect(try margin(output) > margin(base.folder) + 0.5)
  }

  /// Training uses the sampled tokens, and closes them once.
  @Test func sampledTokensAreTrainedAsTheyAre() async throws {
    func rows(_ tokens: [Int]?) -> TrainingSet {
      .supervised([
        SupervisedRow(
          problemID: "q", prompt: "Question: What is 1+3?\nAnswer:",
          completion: TrainingText(text: " 4", tokenIDs: tokens))
      ])
    }
    let ids = try Tokenizer(contentsOf: base.folder).encode(" 4")
    let (_, text) = try await train(rows(nil), threads: 1, to: "text")
    let (_, open) = try await train(rows(ids), threads: 1, to: "open")
    let (_, closed) = try await train(rows(ids + [0]), threads: 1, to: "closed")
    let (_, other) = try await train(rows(Array(ids.reversed()) + [9]), threads: 1, to: "other")
    let files = try [text, open, closed, other].map { try Data(contentsOf: $0.appending(path: "model.safetensors")) }
    #expect(files[0] == files[1] && files[1] == files[2] && files[2] != files[3])
  }

  @Test func aRowThatDoesNotFitIsNamed() async throws {
    let rows = TrainingSet.supervised([
      SupervisedRow(
        problemID: "long", prompt: "Question:", completion: TrainingText(text: String(repeating: "7", count: 400)))
    ])
    let error = await #expect(throws: InputError.self) { _ = try await self.train(rows, threads: 1, to: "none") }
    #expect(error?.description.contains("the row of 'long' has") == true)
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "none").path))
  }

  @Test func theEmbeddedModelLoads() throws {
    let model = try Model(contentsOf: EmbeddedModel.folder)
    let tokenizer = try Tokenizer(contentsOf: EmbeddedModel.folder)
    #expect((1_000_000...5_000_000).contains(model.layout.count))
    #expect(tokenizer.decode(tokenizer.encode("Amy has 12 pens.")) == "Amy has 12 pens.")
    let size =
      try FileManager.default.attributesOfItem(
        atPath: EmbeddedModel.folder.appending(path: "model.safetensors").path)[.size] as? Int
    #expect(try #require(size) <= 6 << 20)
  }
}
