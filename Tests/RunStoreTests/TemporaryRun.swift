import Core
import Foundation
import RunStore

/// A temporary folder in which runs can be made by hand.
final class TemporaryRun {
  let parent: URL
  var folder: URL { parent.appendingPathComponent("run") }

  init() throws {
    parent = FileManager.default.temporaryDirectory.appendingPathComponent("reversal-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
  }

  deinit {
    // Litter in the temporary folder at worst.
    try? FileManager.default.removeItem(at: parent)
  }

  static let manifest = RunManifest(
    toolVersion: "0.0.0", createdAt: Date(timeIntervalSince1970: 1_700_000_000), task: "fake", taskVersion: 3,
    method: "sft", iterations: 2, seed: .max, configuration: #"{"method":"sft"}"#,
    firstIterationSettings: ["sampling.top_p": "0.95"])

  static let problems: [RunProblem] =
    ["b", "a"].map {
      RunProblem(
        split: .test,
        problem: Problem(id: ProblemID($0), task: "fake", question: "\($0)?", reference: "1", group: "Level 2"),
        prompt: "Q \($0)")
    } + [
      RunProblem(
        split: .train, problem: Problem(id: "a", task: "fake", question: "other", reference: "2"), prompt: "Q train")
    ]

  static let stages = [
    StageRecord(key: StageKey(1, .select), total: 1, unit: "rows"),
    StageRecord(key: StageKey(1, .train), total: nil, unit: "steps"),
    StageRecord(key: StageKey(1, .evaluateTest), total: 2, unit: "questions"),
    StageRecord(key: StageKey(1, .sampleTest), total: 2, unit: "questions"),
  ]

  func create() throws -> RunStore {
    try RunStore.create(
      at: folder, manifest: Self.manifest, problems: Self.problems, stages: Self.stages,
      configurationText: "method: sft\n", now: { Date(timeIntervalSince1970: 1_700_000_001) })
  }

  static func answer(
    _ problem: ProblemID, _ index: Int = 0, _ decoding: Decoding = .greedy, text: String = "text",
    tokenIDs: [Int]? = [1, 128, 128_255], outcome: Verdict.Outcome = .correct, extracted: String? = "1"
  ) -> JudgedCompletion {
    JudgedCompletion(
      completion: Completion(
        problemID: problem, sampleIndex: index, decoding: decoding, text: text, tokenIDs: tokenIDs,
        finishReason: .length, tokenCount: tokenIDs?.count, logProbability: -1.25),
      verdict: Verdict(outcome, extracted: extracted))
  }
}
