import Engines
import Foundation

/// A training of the embedded model that takes part of a second and saves a state after every step.
final class TinyTraining: Sendable {
  let folder: TemporaryFolder
  let outputs: URL
  private let data: String
  private let hasLog: Bool

  /// - Parameter log: Whether a training writes its steps beside its output.
  init(log hasLog: Bool = false) throws {
    self.hasLog = hasLog
    folder = try TemporaryFolder()
    outputs = folder.url.appending(path: "outputs")
    try FileManager.default.createDirectory(at: outputs, withIntermediateDirectories: true)
    data = try folder.file(
      "rows.jsonl",
      (0..<24).map { index in
        """
        {"prompt":"Question: Amy has \(index) pens and buys \(index + 3). How many?\\nAnswer:",\
        "completion":" \(index)+\(index + 3) = \(2 * index + 3)\\n#### \(2 * index + 3)"}

        """
      }.joined())
  }

  func output(_ name: String) -> URL { outputs.appending(path: name) }
  func log(_ name: String) -> URL { outputs.appending(path: "\(name).jsonl") }

  func start(_ name: String, resumes: Bool = false, faults: FaultInjection? = nil) throws -> RunningTool {
    let arguments =
      [
        "train", "sft", "--model", try EmbeddedModel.folder.path, "--data", data, "--out", output(name).path,
        "--learning-rate", "1e-4", "--batch-rows", "4", "--save-every", "1", "--threads", "1",
      ] + (hasLog ? ["--log", log(name).path] : [])
    return try RunningTool(arguments + (resumes ? ["--resume"] : []), faults: faults)
  }

  func weights(_ name: String) throws -> Data {
    try Data(contentsOf: output(name).appending(path: "model.safetensors"))
  }
}
