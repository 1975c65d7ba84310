import Core

/// What the header of an Inspect log says about all its samples.
struct InspectHeader: Sendable, Hashable {
  /// Without the package before it.
  let task: String
  /// By the temperature; nil where the log does not hold it.
  let decoding: Decoding?
  /// Whether Inspect numbered the samples from 1 itself, so that their ids are those of no data set.
  let numbersSamples: Bool

  init(task: String, decoding: Decoding?) {
    self.task = task
    self.decoding = decoding
    numbersSamples = false
  }

  /// - Parameter root: `header.json`, or the whole of a log that is one JSON value.
  init?(_ root: JSONElement) throws {
    guard let evaluation = root["eval"], let name = try evaluation.text(of: "task") else { return nil }
    task = name.split(separator: "/").last.map(String.init) ?? name
    let temperature =
      evaluation["model_generate_config"]?["temperature"]?.number ?? root["plan"]?["config"]?["temperature"]?.number
    decoding = temperature.map { $0 > 0 ? .sampled : .greedy }
    let ids = evaluation["dataset"]?["sample_ids"]?.elements ?? []
    numbersSamples = !ids.isEmpty && ids.enumerated().allSatisfy { $0.element.integer == $0.offset + 1 }
  }

  /// Our task of the same benchmark; nil where the name is none that we know.
  var benchmark: String? {
    let name = task.lowercased()
    let known = [
      ("gsm8k", "gsm8k"), ("math500", "math"), ("math_500", "math"), ("hendrycks_math", "math"),
      ("commonsense", "csqa"),
      ("csqa", "csqa"), ("humaneval", "humaneval"), ("mbpp", "mbpp"),
    ]
    return known.first { name.contains($0.0) }?.1 ?? (name == "math" ? "math" : nil)
  }
}
