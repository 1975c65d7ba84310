import Core
import Foundation
import Iteration
import RunStore

/// A temporary folder with a base model and data, in which runs can be made.
final class Workshop {
  let folder: URL
  var model: String { folder.appendingPathComponent("M0").path }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("reversal-\(UUID().uuidString)")
    let model = folder.appendingPathComponent("M0")
    try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
    try "base".write(to: model.appendingPathComponent("weights"), atomically: true, encoding: .utf8)
  }

  deinit {
    // Litter in the temporary folder at worst.
    try? FileManager.default.removeItem(at: folder)
  }

  /// 150 training questions: two chunks.
  static let data = RunData(
    train: problems(150, "train"), test: problems(40, "test"), outOfDistribution: problems(12, "ood"))

  static func problems(_ count: Int, _ name: String) -> [Problem] {
    (0..<count).map {
      Problem(
        id: ProblemID("\(name)-\($0)"), task: "fake", question: "\(name) \($0)?", reference: "\($0)",
        group: "Level \($0 % 5 + 1)")
    }
  }

  func configuration(_ method: ImprovementMethod, iterations: Int = 3) -> RunConfiguration {
    RunConfiguration(
      task: "fake", model: model, method: method, iterations: iterations, seed: 7,
      sampling: RunConfiguration.Sampling(n: 4),
      evaluation: RunConfiguration.Evaluation(samples: 3, questions: 20, firstIterationSamples: 8),
      selection: RunConfiguration.Selection(maxCorrectPerQuestion: 2, maxPairsPerQuestion: 2), threads: 2)
  }

  func create(
    _ name: String, _ configuration: RunConfiguration, data: RunData = Workshop.data, task: TaskBinding = .fake
  ) throws -> RunStore {
    try SelfImprovement.createRun(
      at: folder.appendingPathComponent(name), configuration: configuration, data: data, task: task,
      toolVersion: "0.0.0", now: { Date(timeIntervalSince1970: 1_000_000) })
  }

  func open(_ name: String) throws -> RunStore {
    try RunStore.open(
      folder.appendingPathComponent(name), for: .writing, now: { Date(timeIntervalSince1970: 1_000_000) })
  }

  /// A whole run and what it left.
  func run(_ name: String, _ configuration: RunConfiguration, engine: FakeEngine = FakeEngine()) async throws
    -> RunContent
  {
    let store = try create(name, configuration)
    try await SelfImprovement(store: store, task: .fake, sampler: engine, trainer: engine).run()
    return try RunContent(store)
  }
}

/// All that a run holds, for comparison.
struct RunContent: Equatable {
  let stages: [StageRecord]
  let answers: [String: [JudgedCompletion]]
  let trainingSets: [Int: TrainingSet]
  let metrics: [Int: [String: Double]]
  let weights: [Int: String]
  /// But the settings, some of which change no result.
  let lineage: [Artifact]

  init(_ store: RunStore) throws {
    stages = try store.stages()
    metrics = try store.metrics()
    lineage = try store.artifacts().filter { $0.kind != .settings }
    var answers: [String: [JudgedCompletion]] = [:]
    var trainingSets: [Int: TrainingSet] = [:]
    var weights: [Int: String] = [:]
    for iteration in 1...store.manifest.iterations {
      for split in Split.allCases {
        for decoding in [Decoding.greedy, .sampled] {
          let found = try store.judgedCompletions(split, iteration: iteration, decoding: decoding)
          if !found.isEmpty { answers["\(iteration) \(split.rawValue) \(decoding.rawValue)"] = found }
        }
      }
      trainingSets[iteration] = try store.trainingSet(iteration)
      let file = store.checkpointFolder(iteration).appendingPathComponent("weights")
      if store.hasCheckpoint(iteration) { weights[iteration] = try String(contentsOf: file, encoding: .utf8) }
    }
    self.answers = answers
    self.trainingSets = trainingSets
    self.weights = weights
  }
}
