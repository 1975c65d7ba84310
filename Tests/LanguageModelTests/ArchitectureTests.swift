import Foundation
import LanguageModel
import Testing

/// Every supported family against transformers in float32.
@Suite struct ArchitectureTests {
  /// The promise is 1e-3 nats a token; what float32 leaves at these sizes is a hundredth of that.
  @Test(arguments: ArchitectureFixture.names, [false, true])
  func tokenLogProbabilities(name: String, stored: Bool) throws {
    let fixture = try ArchitectureFixture(name)
    let model = stored ? try Model(storedIn: fixture.folder) : try Model(contentsOf: fixture.folder)
    let found = GradientEngine(model, threads: 2).tokenLogProbabilities(fixture.rows)
    #expect(found.map(\.count) == fixture.expected.tokenLogProbabilities.map(\.count))
    for (row, expected) in zip(found, fixture.expected.tokenLogProbabilities) {
      for (log, reference) in zip(row, expected) { #expect(abs(Double(log) - reference) < 2e-5) }
    }
  }

  /// Widening is exact and the sums run in the same order.
  @Test(arguments: ArchitectureFixture.names)
  func weightsLeftInTheirFilesGiveTheSameBits(name: String) throws {
    let fixture = try ArchitectureFixture(name)
    let stored = try Model(storedIn: fixture.folder)
    let copied = try Model(contentsOf: fixture.folder)
    #expect(!stored.isTrainable && copied.isTrainable)
    #expect(
      GradientEngine(stored, threads: 1).tokenLogProbabilities(fixture.rows)
        == GradientEngine(copied, threads: 1).tokenLogProbabilities(fixture.rows))
  }

  @Test(arguments: [
    ("llama2", StoredElementType.float16), ("llama3.1", .bfloat16), ("llama-linear", .float32),
    ("mistral-v0.3", .float16),
  ])
  func elementsStayAsTheyAreStored(name: String, type: StoredElementType) throws {
    let model = try Model(storedIn: ArchitectureFixture(name).folder)
    #expect(model.matrix(\.down, layer: 1).elementType == type)
    #expect(model.embedding.elementType == type && model.head.elementType == type)
  }

  @Test(arguments: ArchitectureFixture.namesWithGradient)
  func gradients(name: String) throws {
    let fixture = try ArchitectureFixture(name)
    let model = try Model(contentsOf: fixture.folder)
    let engine = GradientEngine(model, threads: 1)
    _ = engine.supervised(fixture.rows)
    let file = try SafetensorsFile(contentsOf: fixture.folder.appending(path: "gradient.safetensors"))
    #expect(file.tensors.count == model.layout.tensors.count)
    for tensor in model.layout.tensors {
      let expected = FloatBuffer(count: tensor.count)
      try file.read(try #require(file.tensor(named: tensor.name)), into: expected, at: 0)
      let found = engine.gradient.array[tensor.offset..<tensor.offset + tensor.count]
      // The reference is float32, too: its own rounding is as large as ours. A key's bias shifts all scores of a row
      // alike but for the rotation, so its gradient is what rounding leaves of larger numbers.
      let error = relativeError(Array(found), expected.array)
      #expect(error < (tensor.name.hasSuffix("k_proj.bias") ? 2e-4 : 2e-5), "\(tensor.name): relative error \(error)")
    }
  }

  /// The fixtures would not show that an option is left out if it changed nothing.
  @Test(arguments: ["llama3.1", "llama3.2", "llama-linear", "mistral-v0.1", "qwen2-window"])
  func withoutItsOptionAModelIsAnother(name: String) throws {
    let fixture = try ArchitectureFixture(name)
    let model = try Model(contentsOf: fixture.folder)
    var configuration = model.configuration
    configuration.ropeScaling = nil
    if configuration.windowedLayers == nil { configuration.slidingWindow = nil }
    configuration.windowedLayers = nil
    let other = Model(configuration: configuration, parameters: model.parameters)
    let found = GradientEngine(other, threads: 1).tokenLogProbabilities(fixture.rows).flatMap { $0 }
    let worst = zip(found, fixture.expected.tokenLogProbabilities.flatMap { $0 }).map { abs(Double($0) - $1) }.max()
    #expect(try #require(worst) > 0.1)
  }

  @Test(arguments: ArchitectureFixture.names, [Int.max, 3000])
  func aSavedModelComesBack(name: String, shardSize: Int) throws {
    let fixture = try ArchitectureFixture(name)
    let target = FileManager.default.temporaryDirectory.appending(path: "architecture-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: target) }
    let model = try Model(contentsOf: fixture.folder)
    // Each fixture's values are those of its type.
    let type = try Model(storedIn: fixture.folder).embedding.elementType
    try model.save(to: target, auxiliaryFilesFrom: nil, elementType: type, shardSize: shardSize)
    let read = try Model(contentsOf: target)
    #expect(read.configuration == model.configuration)
    #expect(read.parameters.array == model.parameters.array)
    let files = try FileManager.default.contentsOfDirectory(atPath: target.path).filter { $0.hasSuffix("safetensors") }
    #expect(shardSize == Int.max ? files == ["model.safetensors"] : files.count > 1)
    for file in files where shardSize < Int.max {
      let tensors = try SafetensorsFile(contentsOf: target.appending(path: file)).tensors
      #expect(tensors.count == 1 || tensors.reduce(0) { $0 + $1.count * type.byteCount } <= shardSize)
    }
  }

  @Test func aStoredModelIsWrittenAsItIs() throws {
    let fixture = try ArchitectureFixture("qwen2")
    let target = FileManager.default.temporaryDirectory.appending(path: "architecture-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: target) }
    try Model(storedIn: fixture.folder).save(to: target, auxiliaryFilesFrom: nil, elementType: .bfloat16)
    #expect(
      try Model(contentsOf: target).parameters.array == (try Model(contentsOf: fixture.folder)).parameters.array)
  }
}
