import Engines
import Foundation
import GRDB
import Testing

/// `reversal plan`: against a finished run, and on input that is wrong.
@Suite struct PlanCommandTests {
  private let folder: TemporaryFolder
  private let configuration: String

  init() throws {
    folder = try TemporaryFolder()
    try folder.writeProblems(train: 20, test: 20, outOfDistribution: 10, seed: 5)
    configuration = try folder.file(
      "run.yaml",
      """
      task: arithmetic
      model: \(EmbeddedModel.folder.path)
      data: {train: train.jsonl, test: test.jsonl, ood: ood.jsonl}
      method: sft
      iterations: 2
      sampling: {n: 4, max_tokens: 120}
      evaluation: {samples: 4, questions: 10, first_iteration_samples: 8}
      training:
        first: {epochs: 2, learning_rate: 1.0e-3, batch_tokens: 700}
        sft: {epochs: 1, learning_rate: 3.0e-4, batch_tokens: 700}

      """)
  }

  private func plan(_ more: String...) throws -> CommandLineResult {
    try CommandLineTool.run(["plan", configuration, "--no-memory-check"] + more)
  }

  private func json(_ result: CommandLineResult) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(object as? [String: Any], "\(result.errors)")
  }

  private static func estimate(_ value: Any?) -> Double? { (value as? [String: Double])?["estimate"] }

  /// What is determined before a run is what the run then does.
  @Test func aFinishedRunDidWhatWasPlanned() throws {
    let forecast = try json(try plan("--json"))
    let stages = try #require(forecast["stages"] as? [[String: Any]])
    let run = try CommandLineTool.run(["run", configuration, "--out", folder.path("run")])
    #expect(run.status == 0, "\(run.errors)")
    let database = try DatabaseQueue(path: folder.path("run/run.sqlite"))
    let done = try database.read { database in
      try Row.fetchAll(database, sql: "SELECT iteration, name, done FROM stage ORDER BY position").map {
        ("\($0["iteration"] as Int) \($0["name"] as String)", $0["done"] as Int)
      }
    }
    #expect(stages.map { "\($0["iteration"] ?? "") \($0["stage"] ?? "")" } == done.map(\.0))
    let counts = Dictionary(uniqueKeysWithValues: done)
    for stage in stages {
      let key = "\(stage["iteration"] ?? "") \(stage["stage"] ?? "")"
      switch stage["stage"] as? String {
      case "evaluate_test", "evaluate_ood", "sample_test", "sample_train":
        #expect(Self.estimate(stage["questions"]) == counts[key].map(Double.init), "\(key)")
      default: break
      }
    }
    func planned(_ iteration: Int, _ name: String, _ value: String) -> Double? {
      let stage = stages.first { $0["iteration"] as? Int == iteration && $0["stage"] as? String == name }
      return Self.estimate(stage?[value])
    }
    // M_1 learns the human answers: rows, steps and tokens are known to the last one.
    #expect(planned(1, "select", "rows") == counts["1 select"].map(Double.init))
    #expect(planned(1, "train", "steps") == counts["1 train"].map(Double.init))
    func count(_ sql: String) throws -> Double { try database.read { try Double.fetchOne($0, sql: sql) ?? -1 } }
    let tokens = try count("SELECT value FROM metric WHERE iteration = 1 AND name = 'training_tokens'")
    #expect(planned(1, "train", "trained_tokens") == tokens)
    for (iteration, decoding, split, names) in [
      (1, "greedy", "test", ["evaluate_test"]), (2, "greedy", "ood", ["evaluate_ood"]),
      (2, "sampled", "test", ["sample_test"]), (1, "sampled", "train", ["sample_train"]),
    ] {
      let answers = try count(
        """
        SELECT COUNT(*) FROM completion JOIN problem ON problem.key = completion.problem
        WHERE iteration = \(iteration) AND decoding = '\(decoding)' AND split = '\(split)'
        """)
      #expect(names.compactMap { planned(iteration, $0, "samples") }.reduce(0, +) == answers, "\(names)")
    }
  }

  @Test func aModelThatIsNotThereIsKnownByItsName() throws {
    let file = try folder.file(
      "paper.yaml",
      """
      task: gsm8k
      model: models/meta-llama/Llama-2-7b-hf
      data: {train: gsm8k/train.jsonl, test: gsm8k/test.jsonl}
      method: dpo

      """)
    let result = try CommandLineTool.run(["plan", file, "--gpu", "h100", "--gpus", "8", "--price", "2.5"])
    #expect(result.status == 0, "\(result.errors)")
    for text in ["7,473 train, 1,319 test", "8 × NVIDIA H100 SXM", "GPU hours", "$", "assumed utilisation"] {
      #expect(result.output.contains(text), "\(text)\n\(result.output)")
    }
    let explained = try CommandLineTool.run(["plan", file, "--gpu", "h100", "--gpus", "8", "--explain"])
    #expect(explained.output.contains("[ASSUMED]") && explained.output.contains("[data sheet]"))
    let small = try CommandLineTool.run(["plan", file, "--gpu", "rtx4090"])
    #expect(small.status == 1 && small.output.contains("cannot be done: "))
    #expect(small.errors == "reversal: the run does not fit as it is planned; see what cannot be done above\n")
  }

  @Test func calibrationMeasuresThisMachine() throws {
    let result = try plan("--calibrate", "--explain", "--threads", "1")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("--calibrate on this machine, 1 threads"))
    #expect(result.output.contains("M_1 sample train"))
  }

  @Test(arguments: [
    ("model: ", "model: /nonexistent", "run.yaml:2: 'model' is /nonexistent"),
    ("task: arithmetic", "task: arithmetics", "run.yaml:1: unknown task 'arithmetics'"),
    ("method: sft", "metod: sft", "run.yaml:4: unknown key 'metod'"),
    ("train: train.jsonl", "train: missing.jsonl", "run.yaml:3: "),
  ])
  func aWrongConfigurationIsOneLine(part: String, replacement: String, message: String) throws {
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    let wrong = try folder.file("run.yaml", text.replacing(part, with: replacement))
    let result = try CommandLineTool.run(["plan", wrong])
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
  }

  @Test(arguments: [
    (["--gpu", "h900"], "give one of b200, h200, h100"), (["--gpus", "2"], "--gpus goes with --gpu"),
    (["--gpu", "h100", "--gpus", "0"], "--gpus is 0"), (["--coverage", "1.5"], "--coverage is 1.5"),
    (["--price=-1"], "--price is -1"), (["--train-rate", "100"], "--train-rate goes with --gpu"),
    (["--gpu", "h100", "--calibrate"], "leave it out"),
  ])
  func wrongArgumentsAreRefused(arguments: [String], message: String) throws {
    let result = try CommandLineTool.run(["plan", configuration] + arguments)
    #expect(result.status == 2 && result.output.isEmpty, "\(result.errors)")
    #expect(result.errors.contains(message), "\(result.errors)")
  }
}
