import Foundation
import LanguageModel
import Randomness
import Synchronization
import Testing

@Suite struct GeneratorTests {
  static let configuration = ModelConfiguration(
    vocabularySize: 40, hiddenSize: 24, intermediateSize: 40, layerCount: 2, headCount: 4, keyValueHeadCount: 2,
    headDimension: 8, tiesEmbeddings: true, maxPositionCount: 96, eosTokenIDs: [0])
  let model = Model(random: Self.configuration, seed: 3)

  private func requests(_ count: Int, samples: Range<Int> = 0..<5) -> [GenerationRequest] {
    var stream = RandomStream(seed: 5)
    return (0..<count).map { index in
      GenerationRequest(
        id: "q\(index)",
        promptTokens: (0..<(3 + 5 * index)).map { _ in Int32(1 + stream.index(below: 39)) }, sampleIndices: samples)
    }
  }

  private func generate(
    _ requests: [GenerationRequest], _ settings: GenerationSettings
  ) throws -> [[Generation]] {
    try Generator(model) { $0 == 0 && !settings.ignoresEndOfSequence ? [] : [UInt8(64 + $0)] }
      .generate(requests, settings, onFinish: { _, _ in })
  }

  /// The promise of the whole design: neither threads nor batch nor company changes a sample.
  @Test func samplesDependOnNothingButTheirOwnPromptSeedAndIndex() throws {
    let settings = GenerationSettings(temperature: 1, maxTokens: 30, seed: 9, batchSize: 64, threads: 1)
    let expected = try generate(requests(6), settings)
    #expect(Set(expected.flatMap { $0.map(\.tokens) }).count > 20)
    for (threads, batch) in [(1, 1), (2, 1), (3, 1), (1, 3), (2, 8), (2, 64), (3, 7)] {
      var other = settings
      other.threads = threads
      other.batchSize = batch
      #expect(try generate(requests(6), other) == expected, "threads \(threads), batch \(batch)")
    }
    let alone = try generate([requests(6, samples: 3..<4)[4]], settings)
    #expect(alone[0][0] == expected[4][3])
    var otherSeed = settings
    otherSeed.seed = 10
    #expect(try generate(requests(6), otherSeed) != expected)
  }

  /// Sampling keeps caches; scoring runs whole sequences. Both must see the same model.
  @Test func logProbabilityEqualsThatOfScoringTheWholeSequence() throws {
    let all = requests(5)
    let samples = try generate(
      all, GenerationSettings(temperature: 1, maxTokens: 40, seed: 1, batchSize: 8, threads: 2))
    let scorer = Scorer(model, threads: 1)
    for (request, generations) in zip(all, samples) {
      for generation in generations {
        let row = TokenRow(
          tokens: request.promptTokens + generation.tokens, promptCount: request.promptTokens.count)
        let score = scorer.tokenLogProbabilities([row])[0].reduce(0.0) { $0 + Double($1) }
        #expect(abs(score - generation.logProbability) < 1e-3)
      }
    }
  }

  @Test func greedyTakesTheMostLikelyToken() throws {
    let request = requests(1, samples: 0..<1)[0]
    let generation = try generate([request], GenerationSettings(isGreedy: true, maxTokens: 10))[0][0]
    var tokens = request.promptTokens
    for token in generation.tokens {
      let logs = (0..<40).map { candidate in
        Scorer(model, threads: 1).tokenLogProbabilities([
          TokenRow(tokens: tokens + [Int32(candidate)], promptCount: tokens.count)
        ])[0][0]
      }
      #expect(logs.indices.max { logs[$0] < logs[$1] } == Int(token))
      tokens.append(token)
    }
  }

  @Test func stopStringsAreCutOffWithTheirTokens() throws {
    let settings = GenerationSettings(temperature: 1.5, maxTokens: 60, seed: 2, ignoresEndOfSequence: true)
    let free = try generate(requests(1, samples: 0..<1), settings)[0][0]
    #expect(free.tokens.count == 60 && !free.isComplete)
    let stop = String(free.text.dropFirst(20).prefix(2))
    let expected = try #require(free.text.range(of: stop))
    var stopping = settings
    stopping.stop = ["\u{1}never", stop]
    let stopped = try generate(requests(1, samples: 0..<1), stopping)[0][0]
    #expect(stopped.text == String(free.text[..<expected.lowerBound]))
    #expect(stopped.tokens == Array(free.tokens.prefix(stopped.text.utf8.count)))
    #expect(stopped.tokenCount == stopped.tokens.count + 2)
    #expect(stopped.isComplete)
  }

  @Test func theEndOfSequenceTokenEndsASample() throws {
    let samples = try generate(
      requests(4, samples: 0..<20), GenerationSettings(temperature: 1.5, topP: 1, maxTokens: 60, seed: 4))
    let complete = samples.flatMap { $0 }.filter(\.isComplete)
    #expect(complete.count > 20)
    #expect(complete.allSatisfy { $0.tokens.last == 0 && !$0.tokens.dropLast().contains(0) })
    #expect(complete.allSatisfy { $0.text.utf8.count == $0.tokens.count - 1 })
  }

  @Test func everySampleIsReportedOnce() throws {
    let seen = Mutex<[Int: Int]>([:])
    _ = try Generator(model) { _ in [] }.generate(
      requests(7), GenerationSettings(maxTokens: 9, batchSize: 4, threads: 2),
      onFinish: { request, _ in seen.withLock { $0[request, default: 0] += 1 } })
    #expect(seen.withLock { $0 } == Dictionary(uniqueKeysWithValues: (0..<7).map { ($0, 5) }))
  }

  @Test func aPromptWithoutRoomIsRefused() {
    let long = GenerationRequest(id: "long", promptTokens: [Int32](repeating: 1, count: 96), sampleIndices: 0..<1)
    let error = #expect(throws: ModelError.self) { try generate([long], GenerationSettings()) }
    #expect(error?.description.contains("'long' has 96 tokens, and the model takes 96") == true)
    let empty = GenerationRequest(id: "empty", promptTokens: [], sampleIndices: 0..<1)
    #expect(throws: ModelError.self) { try generate([empty], GenerationSettings()) }
  }

  @Test func cancellationEndsTheCall() {
    #expect(throws: CancellationError.self) {
      _ = try Generator(model) { _ in [] }.generate(
        requests(3), GenerationSettings(maxTokens: 50), onFinish: { _, _ in }, isCancelled: { true })
    }
  }

  // MARK: Families and stored weights

  enum Weights: CaseIterable, Sendable { case float32, widened, bfloat16, float16 }

  /// A fixture's model with its weights as `weights`, run as a model of that size would be.
  private func generator(_ name: String, _ weights: Weights, shares: Bool) throws -> (Generator, Model) {
    let fixture = try ArchitectureFixture(name)
    var model = try Model(contentsOf: fixture.folder)
    if weights != .float32 {
      let folder = FileManager.default.temporaryDirectory.appending(path: "generator-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }  // The mapping keeps the file alive.
      try model.save(
        to: folder, auxiliaryFilesFrom: nil, elementType: weights == .float16 ? .float16 : .bfloat16)
      model = try Model(storedIn: folder)
    }
    var sizes = InferenceSizes()
    if weights != .widened { sizes.widenedParameters = 0 }
    sizes.sharedBytes = shares ? 0 : .max
    return (Generator(model, sizes) { [UInt8(clamping: 32 + $0)] }, model)
  }

  @Test(arguments: ArchitectureFixture.names, [false, true])
  func greedyContinuationsAreThoseOfTransformers(name: String, shares: Bool) throws {
    let expected = try ArchitectureFixture(name).expected.greedy
    let (generator, _) = try generator(name, .float32, shares: shares)
    for continuation in expected {
      let request = GenerationRequest(id: "q", promptTokens: continuation.prompt, sampleIndices: 0..<1)
      let settings = GenerationSettings(
        isGreedy: true, maxTokens: continuation.completion.count, threads: 2, ignoresEndOfSequence: true)
      let found = try generator.generate([request], settings, onFinish: { _, _ in })[0][0]
      #expect(found.tokens == continuation.completion)
    }
  }

  @Test(arguments: ["llama3.2", "mistral-v0.1", "qwen2-window", "llama-bias"], Weights.allCases)
  func storedWeightsGiveTheLogProbabilitiesOfScoring(name: String, weights: Weights) throws {
    let (generator, model) = try generator(name, weights, shares: true)
    let vocabulary = model.configuration.vocabularySize
    let all = (0..<4).map { index in
      GenerationRequest(
        id: "\(index)", promptTokens: (0..<(1 + 9 * index)).map { Int32((7 * $0 + index) % vocabulary) },
        sampleIndices: 0..<3)
    }
    let settings = GenerationSettings(
      temperature: 1, maxTokens: 24, seed: 4, batchSize: 5, threads: 2, ignoresEndOfSequence: true)
    let samples = try generator.generate(all, settings, onFinish: { _, _ in })
    for (request, generations) in zip(all, samples) {
      for generation in generations {
        let row = TokenRow(tokens: request.promptTokens + generation.tokens, promptCount: request.promptTokens.count)
        let score = Scorer(model, threads: 1).tokenLogProbabilities([row])[0].reduce(0.0) { $0 + Double($1) }
        #expect(abs(score - generation.logProbability) < 1e-3)
      }
    }
  }

  /// A sample is a function of weights, prompt, parameters, seed and index alone: 1,000 samples, bit for bit.
  @Test(arguments: Weights.allCases) func aThousandSamplesInAnyCompanyAreTheSame(weights: Weights) throws {
    let requests = (0..<20).map { index in
      GenerationRequest(
        id: "q\(index)", promptTokens: (0...(index * 2)).map { Int32(($0 * 5 + index) % 40) }, sampleIndices: 0..<50)
    }
    func samples(threads: Int, batch: Int, shares: Bool, reversed: Bool = false) throws -> [[Generation]] {
      let (generator, _) = try generator("mistral-v0.1", weights, shares: shares)
      let settings = GenerationSettings(
        temperature: 1, topP: 0.9, maxTokens: 12, seed: 11, batchSize: batch, threads: threads)
      let found = try generator.generate(
        reversed ? requests.reversed() : requests, settings, onFinish: { _, _ in })
      return reversed ? found.reversed() : found
    }
    let expected = try samples(threads: 1, batch: 1, shares: false)
    #expect(expected.reduce(0) { $0 + $1.count } == 1_000)
    #expect(Set(expected.flatMap { $0.map(\.tokens) }).count > 500)
    for (threads, batch, shares) in [
      (1, 64, false), (2, 64, false), (3, 5, false), (2, 1, false), (2, 64, true), (3, 17, true),
    ] {
      let found = try samples(threads: threads, batch: batch, shares: shares, reversed: batch == 64)
      #expect(found == expected, "threads \(threads), batch \(batch), shared products \(shares)")
    }
  }
}
