import Engines
import Foundation
import Testing

/// `reversal train` on the embedded model.
@Suite struct TrainCommandTests {
  private struct Summary: Decodable {
    let steps: Int
    let resumedFrom: Int?
    let estimatedBytes: Int
    let peakBytes: Int?
  }

  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try EmbeddedModel.folder.path
  }

  private func rows(_ count: Int) throws -> String {
    try folder.file(
      "rows.jsonl",
      (0..<count).map { index in
        """
        {"prompt":"Question: Amy has \(index) pens and buys \(index + 3). How many?\\nAnswer:",\
        "completion":" \(index)+\(index + 3) = \(2 * index + 3)\\n#### \(2 * index + 3)",\
        "chosen":" \(2 * index + 3)","rejected":" \(index)"}

        """
      }.joined())
  }

  private func arguments(_ method: String, _ data: String, out: String, _ more: [String] = []) -> [String] {
    ["train", method, "--model", model, "--data", data, "--out", folder.path(out), "--learning-rate", "1e-4"] + more
  }

  private func summary(_ result: CommandLineResult) throws -> Summary {
    try #require(result.status == 0, "\(result.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Summary.self, from: Data(result.output.utf8))
  }

  @Test(arguments: ["sft", "dpo"]) func aKilledTrainingIsContinuedToTheSameBytes(method: String) throws {
    let data = try rows(32)
    let batch = [method == "sft" ? "--batch-rows" : "--batch-pairs", "4"]
    let whole = try summary(
      CommandLineTool.run(arguments(method, data, out: "whole", batch + ["--log", folder.path("whole.jsonl")])))
    #expect(whole.steps == 8 && whole.resumedFrom == nil)

    let interrupted = arguments(
      method, data, out: "out", batch + ["--save-every", "1", "--log", folder.path("log.jsonl")])
    let states = folder.path("out.training")
    let process = Process()
    process.executableURL = CommandLineTool.program
    process.arguments = interrupted
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    while process.isRunning, !FileManager.default.fileExists(atPath: states + "/step-00000002") { usleep(1000) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal, "the training was over before it could be killed")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))

    let refused = try CommandLineTool.run(interrupted)
    #expect(refused.status == 2 && refused.errors.contains("continue with --resume, or remove it"), "\(refused.errors)")
    let other = try CommandLineTool.run(interrupted + ["--resume", "--weight-decay", "0.1"])
    #expect(other.status == 2 && other.errors.contains("weight_decay was 0.0"), "\(other.errors)")

    let continued = try summary(CommandLineTool.run(interrupted + ["--resume"]))
    let start = try #require(continued.resumedFrom)
    #expect(start >= 2 && start + continued.steps == 8)
    for (found, expected) in [
      ("out/model.safetensors", "whole/model.safetensors"), ("out/config.json", "whole/config.json"),
      ("log.jsonl", "whole.jsonl"),
    ] {
      #expect(
        try Data(contentsOf: URL(filePath: folder.path(found)))
          == Data(contentsOf: URL(filePath: folder.path(expected))), "\(found)")
    }
    #expect(!FileManager.default.fileExists(atPath: states))
  }

  @Test func theLogNamesWhatAStepWas() throws {
    _ = try summary(
      CommandLineTool.run(
        arguments(
          "dpo", try rows(8), out: "out", ["--batch-pairs", "4", "--epochs", "2", "--log", folder.path("log.jsonl")])))
    let lines = try String(contentsOfFile: folder.path("log.jsonl"), encoding: .utf8).split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(lines.count == 4)
    #expect(
      Set(lines[0].keys) == [
        "step", "loss", "learning_rate", "gradient_norm", "tokens", "rewards/chosen", "rewards/rejected",
        "rewards/accuracies", "rewards/margins", "logps/chosen", "logps/rejected",
      ])
    #expect(abs(try #require(lines[0]["loss"] as? Double) - log(2)) < 1e-4)
    #expect(try #require(lines[3]["rewards/margins"] as? Double) > 0)
  }

  @Test func anAdapterIsTrainedMergedAndUsed() throws {
    let data = try rows(12)
    let lora = ["--batch-rows", "4", "--lora", "--lora-rank", "4", "--learning-rate", "1e-2"]
    _ = try summary(CommandLineTool.run(arguments("sft", data, out: "adapter", lora)))
    _ = try summary(CommandLineTool.run(arguments("sft", data, out: "merged", lora + ["--merge"])))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("adapter")).sorted() == [
        "adapter_config.json", "adapter_model.safetensors",
      ])
    let question = try String(contentsOfFile: data, encoding: .utf8).split(separator: "\n")[0] + "\n"
    func score(_ more: [String]) throws -> Double {
      let result = try CommandLineTool.run(["logprobs"] + more, input: String(question))
      let row = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
      return try #require(row["log_probability"] as? Double)
    }
    let base = try score(["--model", model])
    let adapted = try score(["--model", model, "--adapter", folder.path("adapter")])
    let merged = try score(["--model", folder.path("merged")])
    #expect(adapted > base + 0.1)
    // The merged model is stored in the base model's 16 bits.
    #expect(abs(merged - adapted) < 0.05 * abs(adapted) + 0.05)
    let samples = try [[], ["--adapter", folder.path("adapter")]].map { more in
      try CommandLineTool.run(
        ["sample", "--model", model, "--greedy", "--max-tokens", "20"] + more,
        input: "{\"id\":\"a\",\"prompt\":\"Question: Amy has 1 pens and buys 4. How many?\\nAnswer:\"}\n")
    }
    #expect(samples[0].status == 0 && samples[1].status == 0 && samples[0].output != samples[1].output)
    let again = try CommandLineTool.run(
      arguments("sft", data, out: "more", ["--batch-rows", "4", "--adapter", folder.path("adapter")]))
    #expect(again.status == 0, "\(again.errors)")
  }

  /// A model that no test machine holds: its weights are not even looked for.
  @Test(arguments: [[], ["--lora", "--lora-rank", "4096"]])
  func whatCannotFitIsRefusedUpFront(more: [String]) throws {
    let giant = folder.url.appending(path: "giant")
    try FileManager.default.copyItem(at: EmbeddedModel.folder, to: giant)
    let file = giant.appending(path: "config.json")
    var config = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    config["hidden_size"] = 1 << 14
    config["intermediate_size"] = 1 << 16
    config["num_hidden_layers"] = 400
    try JSONSerialization.data(withJSONObject: config).write(to: file)
    let result = try CommandLineTool.run(
      ["train", "sft", "--model", giant.path, "--data", try rows(4), "--out", folder.path("out")] + more)
    #expect(result.status == 1)
    let lines = result.errors.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].hasPrefix("memory: weights"), "\(result.errors)")
    #expect(lines.last?.contains("reversal: training takes") == true && result.errors.contains("--"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  @Test(arguments: [
    (
      "{\"prompt\":[{\"role\":\"user\",\"content\":\"a\"}],\"completion\":[]}\n", [],
      "'prompt' cannot be read: it is a conversation"
    ),
    ("{\"prompt\":\"a\",\"completion\":\"b\"}\n", ["--adapter", "/nonexistent"], "adapter_config.json"),
    ("{\"prompt\":\"a\",\"completion\":\"b\"}\n", ["--log", "/nonexistent/log.jsonl"], "/nonexistent/log.jsonl"),
  ])
  func badInputIsOneLine(rows: String, more: [String], message: String) throws {
    let result = try CommandLineTool.run(arguments("sft", try folder.file("rows.jsonl", rows), out: "out", more))
    #expect(result.status == 2)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test(arguments: [
    (["--lora-rank", "4"], "without --lora"), (["--lora", "--lora-dropout", "0.1"], "--lora-dropout is 0.1"),
    (["--lora", "--lora-targets", "lm_head"], "names 'lm_head'"), (["--merge"], "--merge needs an adapter"),
    (["--lora", "--lora-rank", "0"], "rank is 0"), (["--lora", "--adapter", "x"], "give one"),
    (["--accumulate", "0"], "--accumulate is 0"), (["--schedule", "step"], "--schedule"),
    (["--adam-beta2", "1"], "--adam-beta2 is 1"), (["--save-every", "0"], "--save-every is 0"),
  ])
  func argumentsThatCannotBeAreRefused(more: [String], message: String) throws {
    let result = try CommandLineTool.run(arguments("sft", "rows.jsonl", out: "out", more))
    #expect(result.status == 2 && result.output.isEmpty && result.errors.contains(message), "\(result.errors)")
  }
}
