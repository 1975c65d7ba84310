import LanguageModel
import Testing

/// What sampling is said to take.
@Suite struct GenerationPlanTests {
  private let c = TinyTraining.configuration

  private func need(
    storedBytes: Int = 1 << 10, isMerged: Bool = false, prompts: Int = 10, samples: Int = 40, promptTokens: Int = 20,
    _ change: (inout GenerationSettings) -> Void = { _ in }
  ) -> MemoryNeed {
    var settings = GenerationSettings(maxTokens: 16, batchSize: 8, threads: 2)
    change(&settings)
    return .sampling(
      c, storedBytes: storedBytes, isMerged: isMerged, requestCount: prompts, sampleCount: samples,
      promptTokens: promptTokens, settings)
  }

  private func part(_ name: String, _ need: MemoryNeed) -> Int? { need.parts.first { $0.name == name }?.bytes }

  @Test func weightsAreThoseThatArePacked() {
    let float32 = 4 * ParameterLayout(c).count
    #expect(part("weights", need()) == float32 && part("weights", need(isMerged: true)) == 2 * float32)
    #expect(need(storedBytes: 77).mappedBytes == 77)
  }

  @Test func cachesAreThoseOfTheSequencesThatAreDecodedTogether() throws {
    // Keys and values of a position, and of 16 positions of four sequences for each of two threads.
    let position = 8 * c.layerCount * c.keyValueHeadCount * c.headDimension
    let few = try #require(part("keys and values", need()))
    #expect(few > 8 * 16 * position)
    #expect(few < 8 * 16 * position + 2 * (5 * 64 + 32) * position)
    #expect(try #require(part("keys and values", need { $0.batchSize = 16 })) > few + 8 * 16 * position - 1)
    #expect(part("keys and values", need(promptTokens: 40)) ?? 0 > few)
    // No more than there are to draw, and than the model has positions for.
    #expect(
      part("keys and values", need { $0.batchSize = 1 << 40 }) == part("keys and values", need { $0.batchSize = 128 }))
    #expect(need { $0.maxTokens = .max } == need { $0.maxTokens = c.maxPositionCount })
  }
}
