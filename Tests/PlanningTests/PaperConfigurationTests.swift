import Foundation
import Planning
import RunStore
import Testing

/// The 36 configurations of examples/paper: each is planned without the models and the data.
@Suite struct PaperConfigurationTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "examples/paper")

  private static let names = ["llama2-7b", "llama3-8b", "mistral-7b"].flatMap { model in
    ["csqa", "gsm8k", "math", "mbpp"].flatMap { task in
      ["sft", "dpo", "sft-dpo"].map { "\(model)-\(task)-\($0)" }
    }
  }

  @Test(arguments: names) func aConfigurationIsPlanned(name: String) throws {
    let file = Self.folder.appending(path: "\(name).yaml")
    struct NoTemplate: Error {}
    var input = try PlanReader(file, threads: 8) { _ in throw NoTemplate() }.input()
    try input.chooseEngines(gpu: GPUModel.named("h100"), gpus: nil, file: file.path)
    let forecast = Forecaster(input).forecast()
    #expect(forecast.isPossible, "\(forecast.findings)")
    #expect(input.coverage.basis == .published && input.configuration.iterations == 5)
    #expect(input.configuration.sampling.n == 50 && forecast.stages.count >= 25)
    let sampled = try #require(forecast.stages.first { $0.stage == .sampleTrain })
    #expect(sampled.samples == Span(input.train.count * 50))
    #expect(forecast.gpuCount == 8 && (forecast.totals.gpuHours?.estimate ?? 0) > 1)
  }

  /// The files are those that the generator makes.
  @Test func theFilesAreGenerated() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", Self.folder.appending(path: "make_configurations.py").path, "--check"]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let message = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(String(decoding: message, as: UTF8.self))")
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".yaml") }
    #expect(Set(files) == Set(Self.names.map { "\($0).yaml" }))
  }
}
