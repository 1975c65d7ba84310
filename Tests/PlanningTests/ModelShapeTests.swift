import LanguageModel
import Planning
import Testing

@Suite struct ModelShapeTests {
  /// As the models' pages count them.
  @Test(arguments: [
    ("meta-llama/Llama-2-7b-hf", 6_738_415_616), ("meta-llama/Llama-2-13b-hf", 13_015_864_320),
    ("meta-llama/Llama-2-70b-hf", 68_976_648_192), ("meta-llama/Meta-Llama-3-8B", 8_030_261_248),
    ("meta-llama/Meta-Llama-3-70B", 70_553_706_496), ("meta-llama/Llama-3.2-1B", 1_235_814_400),
    ("meta-llama/Llama-3.2-3B", 3_212_749_824), ("mistralai/Mistral-7B-v0.1", 7_241_732_096),
    ("mistralai/Mistral-7B-v0.3", 7_248_023_552), ("Qwen/Qwen2.5-0.5B", 494_032_768),
    ("Qwen/Qwen2.5-1.5B", 1_543_714_304), ("Qwen/Qwen2.5-7B", 7_615_616_512),
    ("HuggingFaceTB/SmolLM2-135M", 134_515_008), ("HuggingFaceTB/SmolLM2-360M", 361_821_120),
    ("HuggingFaceTB/SmolLM2-1.7B", 1_711_376_384),
  ])
  func knownModelsHaveTheirPublishedSize(name: String, count: Int) throws {
    let model = try #require(KnownModel.named(byPath: "/somewhere/\(name.lowercased())"))
    #expect(model.name == name && ModelShape(model.configuration).parameterCount == count)
  }

  @Test func aPathNamesAModelByItsEnd() {
    #expect(KnownModel.named(byPath: "/cache/Mistral-7B-v0.1")?.paperName == "Mistral-7B")
    #expect(KnownModel.named(byPath: "models/Llama-2-7b-hf/")?.tokenizer == .llama2)
    #expect(KnownModel.named(byPath: "Llama-2-7b-hf/checkpoint") == nil)
    #expect(KnownModel.named(byPath: "") == nil)
  }

  @Test func workByHand() {
    let shape = ModelShape(PlannedRun.tiny)
    // q and o 2 · 8 · 8, k and v 2 · 8 · 4, three of 8 · 16.
    #expect(shape.blockWeights == 128 + 64 + 384)
    #expect(shape.headWeights == 400)
    #expect(shape.matrixWeights == 3 * 576 + 400)
    // 10 tokens through 3 blocks, each looking at 5 positions, and the head for 4 of them.
    let blocks: Double = 10 * 3 * 1312
    let head: Double = 3200
    #expect(shape.forwardFLOP(tokens: 10, headPositions: 4, attended: 5) == blocks + head)
    #expect(shape.keyValueBytes(bytesPerNumber: 2) == 2 * 3 * 4 * 2)
  }
}
