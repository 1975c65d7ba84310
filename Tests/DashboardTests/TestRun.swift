import Core
import Foundation
import RunStore

/// A run in a temporary folder, filled by hand.
final class TestRun: Sendable {
  let parent: URL
  let store: RunStore
  var folder: URL { parent.appending(path: "run") }
  var cache: URL { parent.appending(path: "cache") }

  static let stages = [1, 2].flatMap { iteration in
    [
      StageRecord(key: StageKey(iteration, .select), total: 4, unit: "rows"),
      StageRecord(key: StageKey(iteration, .train), total: nil, unit: "steps"),
      StageRecord(key: StageKey(iteration, .evaluateTest), total: 6, unit: "questions"),
      StageRecord(key: StageKey(iteration, .sampleTest), total: 6, unit: "questions"),
      StageRecord(key: StageKey(iteration, .sampleTrain), total: 2, unit: "questions"),
    ]
  }

  /// `q1` … of the test part in levels 1 to 3, and two training questions.
  init(testCount: Int = 6, name: String = "run") throws {
    parent = FileManager.default.temporaryDirectory.appending(path: "reversal-dashboard-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    let problems =
      (1...testCount).map { number in
        RunProblem(
          split: .test,
          problem: Problem(
            id: ProblemID("q\(number)"), task: number % 2 == 0 ? "even" : "odd",
            question: "How many marbles has child \(number)?", reference: "\(number)", group: "Level \(1 + number % 3)"),
          prompt: "Q")
      }
      + ["t1", "t2"].map {
        RunProblem(
          split: .train,
          problem: Problem(id: ProblemID($0), task: "odd", question: "Train \($0)?", reference: "1", group: "Level 1"),
          prompt: "Q \($0)")
      }
    store = try RunStore.create(
      at: parent.appending(path: name),
      manifest: RunManifest(
        toolVersion: "0.1.0", createdAt: Date(timeIntervalSince1970: 1_700_000_000), task: "fake", taskVersion: 1,
        method: "sft", iterations: 2, seed: 7, configuration: "{}", firstIterationSettings: [:]),
      problems: problems, stages: Self.stages)
  }

  deinit {
    // Litter in the temporary folder at worst.
    try? FileManager.default.removeItem(at: parent)
  }

  static func answer(
    _ problem: String, _ decoding: Decoding, _ index: Int = 0, _ outcome: Verdict.Outcome = .correct,
    text: String = "It is <<2+2=4>>4 marbles.", extracted: String? = "4"
  ) -> JudgedCompletion {
    JudgedCompletion(
      completion: Completion(
        problemID: ProblemID(problem), sampleIndex: index, decoding: decoding, text: text, tokenIDs: [1, 2, 3],
        finishReason: .stop, tokenCount: 3, logProbability: -0.5),
      verdict: Verdict(outcome, extracted: extracted))
  }

  /// Two models' greedy answers and four samples of each question. M_2 gains q1, loses q2; nobody solves q6.
  func fill() throws {
    for iteration in [1, 2] {
      try store.recordTrainingSet(
        .supervised(
          ["t1", "t1", "t2", "t1"].map {
            SupervisedRow(problemID: ProblemID($0), prompt: "Q \($0)", completion: TrainingText(text: "4"))
          }), iteration: iteration)
      let greedy = (1...6).map { number -> JudgedCompletion in
        let isCorrect =
          switch number {
          case 1: iteration == 2
          case 2: iteration == 1
          case 6: false
          default: true
          }
        return Self.answer("q\(number)", .greedy, 0, isCorrect ? .correct : .incorrect)
      }
      try store.append(greedy, split: .test, to: StageKey(iteration, .evaluateTest), done: 6, total: 6)
      let samples = (1...6).flatMap { number in
        (0..<4).map { index in
          let outcome: Verdict.Outcome =
            number == 6 ? .incorrect : number == 5 && index == 3 ? .timeout : index < 2 ? .correct : .incorrect
          return Self.answer(
            "q\(number)", .sampled, index, outcome,
            text: iteration == 1
              ? "Answer \(index) uses word\(number)x and <<3*\(index)=\(3 * index)>>\(3 * index)"
              : "All the same word\(number)x.",
            extracted: outcome == .timeout ? nil : String(index))
        }
      }
      try store.append(samples, split: .test, to: StageKey(iteration, .sampleTest), done: 6, total: 6)
      let training = ["t1", "t2"].flatMap { name in
        (0..<5).map { Self.answer(name, .sampled, $0, name == "t1" || $0 == 0 ? .correct : .incorrect) }
      }
      try store.append(training, split: .train, to: StageKey(iteration, .sampleTrain), done: 2, total: 2)
    }
  }
}
