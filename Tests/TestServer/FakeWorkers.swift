import Crypto
import Digests
import Foundation

/// Does what the Python workers do, without a model: answers are a function of weights, prompt, seed and index, and a
/// trained model's weights are one of all that it was trained with.
public struct FakeWorkers: Sendable {
  /// The text for a question, whose model is the digest of its weights.
  public var answer: @Sendable (FakeInferenceServer.Question) -> String = { FakeInferenceServer.words($0) }

  public init() {}

  /// Work that cannot be done; the exit status is 4.
  private struct BadData: Error {
    let message: String
  }

  /// How much there is to do: answers, or rows over all epochs.
  public static func units(of specification: URL) throws -> Int {
    let spec = try object(specification)
    if spec["kind"] as? String == "train" {
      let epochs = (spec["training"] as? [String: Any])?["epochs"] as? Int ?? 1
      return try lines(text(spec, "rows")).count * epochs
    }
    return try lines(text(spec, "prompts")).reduce(0) { $0 + (($1["sample_indices"] as? [Int])?.count ?? 0) }
  }

  /// Tells how far an attempt is.
  public static func tell(_ completed: Int, of specification: URL, attempt: String) throws {
    try append(
      ["attempt": attempt, "completed": completed, "total": units(of: specification), "unit": "units"],
      to: specification.deletingLastPathComponent())
  }

  /// Does the work of a specification in its own folder, which it writes as the workers do.
  ///
  /// - Returns: The exit status.
  public func run(_ specification: URL, attempt: String) throws -> Int {
    let folder = specification.deletingLastPathComponent()
    do {
      let spec = try Self.object(specification)
      let manifest = try spec["kind"] as? String == "train" ? Self.train(spec, folder) : rollOut(spec, folder)
      try Self.tell(Self.units(of: specification), of: specification, attempt: attempt)
      try JSONSerialization.data(withJSONObject: manifest, options: .sortedKeys)
        .write(to: folder.appending(path: "manifest.json"), options: .atomic)
      return 0
    } catch let error as BadData {
      try Self.append(["attempt": attempt, "error": error.message, "exit": 4], to: folder)
      return 4
    }
  }

  private func rollOut(_ spec: [String: Any], _ folder: URL) throws -> [String: Any] {
    let weights = try Self.weights(of: Self.text(spec, "model"))
    let sampling = spec["sampling"] as? [String: Any] ?? [:]
    let rows = try Self.lines(Self.text(spec, "prompts")).flatMap { prompt in
      try (prompt["sample_indices"] as? [Int] ?? []).map { try row(prompt, $0, sampling, weights) }
    }
    let size = max(1, spec["shard_samples"] as? Int ?? 256)
    let shards = try stride(from: 0, to: rows.count, by: size).map { first in
      let content = Data(rows[first..<min(first + size, rows.count)].joined().utf8)
      return try Self.store(content, as: "\(SHA256.hexadecimal(of: content).prefix(32)).jsonl", in: folder)
    }
    return ["kind": "rollout", "shards": shards]
  }

  private func row(
    _ prompt: [String: Any], _ index: Int, _ sampling: [String: Any], _ weights: String
  ) throws -> String {
    let isGreedy = sampling["decoding"] as? String == "greedy"
    let seed = (sampling["seed"] as? NSNumber)?.uint64Value ?? 0
    let question = FakeInferenceServer.Question(
      model: weights, prompt: prompt["prompt"] as? String ?? "",
      seed: isGreedy ? nil : Int(truncatingIfNeeded: seed &* 1_000_003 &+ UInt64(index)))
    var text = answer(question)
    let limit = sampling["max_tokens"] as? Int ?? 1
    let parts = text.components(separatedBy: " ")
    var isCut = parts.count > limit
    if isCut { text = parts.prefix(limit).joined(separator: " ") }
    for stop in sampling["stop"] as? [String] ?? [] {
      guard let end = text.range(of: stop)?.lowerBound else { continue }
      text = String(text[..<end])
      isCut = false
    }
    let count = text.components(separatedBy: " ").count
    return try Self.line([
      "id": prompt["id"] ?? "", "sample_index": index, "completion": text, "finish_reason": isCut ? "length" : "stop",
      "token_count": count, "log_probability": -0.5 * Double(count), "token_ids": Array(0..<count),
    ])
  }

  private static func train(_ spec: [String: Any], _ folder: URL) throws -> [String: Any] {
    let model = text(spec, "model")
    let rows = try lines(text(spec, "rows"))
    guard let training = spec["training"] as? [String: Any], !rows.isEmpty else {
      throw BadData(message: "there is nothing to train on")
    }
    let reference = try (spec["reference"] as? String).map(weights)
    let made = try [
      weights(of: model), reference ?? "", line(training), line(["rows": rows]),
      line(spec["processes"] as? [String: Any] ?? [:]),
    ].joined(separator: "\n")
    let name = "model-\(SHA256.hexadecimal(of: made.utf8).prefix(16))"
    try FileManager.default.createDirectory(
      at: folder.appending(path: name), withIntermediateDirectories: true)
    var shards = [try store(Data(made.utf8), as: "\(name)/model.safetensors", in: folder)]
    for file in ["config.json", "tokenizer.json"] {
      guard let content = FileManager.default.contents(atPath: "\(model)/\(file)") else { continue }
      shards.append(try store(content, as: "\(name)/\(file)", in: folder))
    }
    let batch = training["batch_rows"] as? Int ?? 8
    let steps = (training["epochs"] as? Int ?? 1) * ((rows.count + batch - 1) / batch)
    let isFirst = try reference == weights(of: model)
    return [
      "kind": "train", "name": name, "shards": shards,
      "summary": [
        "steps": steps, "tokens": 10 * rows.count, "initial_loss": isFirst ? 0.6931 : 2.0, "final_loss": 0.5,
      ] as [String: Any],
    ]
  }

  private static func weights(of model: String) throws -> String {
    guard let content = FileManager.default.contents(atPath: model + "/model.safetensors") else {
      throw BadData(message: "\(model) holds no weights")
    }
    return SHA256.hexadecimal(of: content)
  }

  // MARK: - Files

  private static func store(_ content: Data, as name: String, in folder: URL) throws -> [String: Any] {
    try content.write(to: folder.appending(path: name), options: .atomic)
    return ["file": name, "sha256": SHA256.hexadecimal(of: content)]
  }

  private static func append(_ row: [String: Any], to folder: URL) throws {
    let file = folder.appending(path: "progress.jsonl")
    // None yet.
    let before = (try? Data(contentsOf: file)) ?? Data()
    try (before + Data(line(row).utf8)).write(to: file, options: .atomic)
  }

  private static func line(_ value: [String: Any]) throws -> String {
    String(decoding: try JSONSerialization.data(withJSONObject: value, options: .sortedKeys), as: UTF8.self) + "\n"
  }

  private static func text(_ spec: [String: Any], _ key: String) -> String { spec[key] as? String ?? "" }

  private static func object(_ file: URL) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
  }

  private static func lines(_ path: String) throws -> [[String: Any]] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }
}
