import ClusterEngine
import Connections
import Core
import Foundation
import TestSupport
import Testing

/// Against a real Ray head and real workers: `make test-cluster` says where they are.
@Suite(
  .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["REVERSAL_TEST_RAY_URL"] != nil,
    "make test-cluster starts the Ray head that this needs"))
struct RealWorkerTests {
  private let environment = ProcessInfo.processInfo.environment
  private let folder = FileManager.default.temporaryDirectory.appending(path: "real-\(UUID().uuidString)")
  private let model = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "LanguageModelTests/Fixtures/trl")

  private var python: String { environment["REVERSAL_TEST_PYTHON"] ?? "python3" }

  private func ray() throws -> RayLauncher {
    RayLauncher(
      jobs: try RayJobs(
        address: environment["REVERSAL_TEST_RAY_URL"] ?? "",
        token: try APIKey(.token, file: environment["REVERSAL_TEST_RAY_TOKEN_FILE"] ?? "")),
      python: python)
  }

  private func process() -> ProcessLauncher {
    ProcessLauncher(python: python, environment: environment, folder: folder.appending(path: "processes"))
  }

  private let prompts = (0..<6).map { Prompt(problemID: ProblemID("q\($0)"), text: "Question: \($0) + 3 = ?\nAnswer:") }

  @Test func rayAndTorchrunGiveTheSameAnswers() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    var settings = WorkerSampling()
    settings.actors = 2
    settings.shardSamples = 6
    let checkpoint = Checkpoint(iteration: 0, folder: model)
    let parameters = SamplingParameters(sampleCount: 4, temperature: 1, maxTokens: 12, seed: 5)
    var answers: [[Completion]] = []
    for (engine, launcher) in [(WorkerEngine.ray, try ray() as any WorkerLauncher), (.torchrun, process())] {
      let sampler = WorkerSampler(
        engine, launcher: launcher, settings: settings, folder: folder.appending(path: engine.rawValue))
      answers.append(
        try await sampler.sample(from: checkpoint, prompts: prompts, parameters: parameters, progress: { _ in }))
    }
    #expect(answers[0] == answers[1])
    #expect(
      answers[0].map { "\($0.problemID) \($0.sampleIndex)" }
        == prompts.flatMap { prompt in
          (0..<4).map { "\(prompt.problemID) \($0)" }
        })
    #expect(answers[0].allSatisfy { ($0.tokenIDs?.count ?? 0) > 0 && ($0.logProbability ?? 1) < 0 })
  }

  @Test func theSamplerConforms() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let sampler = WorkerSampler(
      .torchrun, launcher: process(), settings: WorkerSampling(), folder: folder.appending(path: "work"))
    var expectations = SamplerConformance.Expectations()
    expectations.stop = "e"
    let checkpoint = Checkpoint(iteration: 0, folder: model)
    let violations = await SamplerConformance(sampler, checkpoint: checkpoint, expectations).violations()
    #expect(violations == [])
  }

  @Test func theTrainerConforms() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let launcher = process()
    let suite = TrainerConformance(
      checkpoint: Checkpoint(iteration: 0, folder: model), folder: folder
    ) { work in
      WorkerTrainer(.torchrun, launcher: launcher, settings: WorkerTraining(), folder: work)
    }
    let violations = await suite.violations()
    #expect(violations == [])
  }

  @Test func trainingOnRay() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    struct Row: Decodable {
      let prompt: String
      let completion: String
    }
    let rows = try JSONLines.read(Row.self, from: model.appending(path: "sft.jsonl")).map {
      SupervisedRow(
        problemID: ProblemID("row \($0.line)"), prompt: $0.row.prompt, completion: TrainingText(text: $0.row.completion)
      )
    }
    var settings = WorkerTraining()
    settings.batchRows = 4
    settings.processes = 2
    let output = folder.appending(path: "M1")
    let checkpoint = Checkpoint(iteration: 0, folder: model)
    let summary = try await WorkerTrainer(
      .ray, launcher: try ray(), settings: settings, folder: folder.appending(path: "work")
    ).train(
      .supervised(rows), from: checkpoint, reference: checkpoint, settings: TrainingSettings(learningRate: 2e-3),
      to: output, progress: { _ in })
    #expect(summary.steps == 20)
    #expect((summary.finalLoss ?? 9) < (summary.initialLoss ?? 0) - 0.5)
    let files = try FileManager.default.contentsOfDirectory(atPath: output.path)
    #expect(files.contains("model.safetensors") && files.contains("tokenizer.json") && files.contains("config.json"))
  }

  @Test func badDataIsNotTriedAgain() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }  // In the temporary folder, whatever becomes of it.
    let sampler = WorkerSampler(.ray, launcher: try ray(), settings: WorkerSampling(), folder: folder)
    let prompt = Prompt(problemID: "long", text: String(repeating: "word ", count: 500))
    await #expect {
      try await sampler.sample(
        from: Checkpoint(iteration: 0, folder: model), prompts: [prompt],
        parameters: SamplingParameters(sampleCount: 1, maxTokens: 4), progress: { _ in })
    } throws: { error in
      (error as? ClusterError)?.code == .badData && "\(error)".contains("the prompt 'long' has")
    }
  }
}
